;; (scheme vector s64): SRFI 160 under its R7RS-large name.
(define-library (scheme vector s64)
  (include-library-declarations "../../srfi/160/types/s64.scm")
  (import (srfi 160 s64)))

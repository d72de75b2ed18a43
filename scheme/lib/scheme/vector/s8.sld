;; (scheme vector s8): SRFI 160 under its R7RS-large name.
(define-library (scheme vector s8)
  (include-library-declarations "../../srfi/160/types/s8.scm")
  (import (srfi 160 s8)))

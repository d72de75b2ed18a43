;; (scheme vector c64): SRFI 160 under its R7RS-large name.
(define-library (scheme vector c64)
  (include-library-declarations "../../srfi/160/types/c64.scm")
  (import (srfi 160 c64)))

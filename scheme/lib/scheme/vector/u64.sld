;; (scheme vector u64): SRFI 160 under its R7RS-large name.
(define-library (scheme vector u64)
  (include-library-declarations "../../srfi/160/types/u64.scm")
  (import (srfi 160 u64)))

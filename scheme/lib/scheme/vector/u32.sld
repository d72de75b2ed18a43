;; (scheme vector u32): SRFI 160 under its R7RS-large name.
(define-library (scheme vector u32)
  (include-library-declarations "../../srfi/160/types/u32.scm")
  (import (srfi 160 u32)))

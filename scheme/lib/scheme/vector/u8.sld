;; (scheme vector u8): SRFI 160 under its R7RS-large name.
(define-library (scheme vector u8)
  (include-library-declarations "../../srfi/160/types/u8.scm")
  (import (srfi 160 u8)))

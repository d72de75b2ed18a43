;; (scheme vector u16): SRFI 160 under its R7RS-large name.
(define-library (scheme vector u16)
  (include-library-declarations "../../srfi/160/types/u16.scm")
  (import (srfi 160 u16)))

;; (scheme vector c128): SRFI 160 under its R7RS-large name.
(define-library (scheme vector c128)
  (include-library-declarations "../../srfi/160/types/c128.scm")
  (import (srfi 160 c128)))

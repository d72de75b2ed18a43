;; (scheme vector f64): SRFI 160 under its R7RS-large name.
(define-library (scheme vector f64)
  (include-library-declarations "../../srfi/160/types/f64.scm")
  (import (srfi 160 f64)))

;; (scheme vector): vectors, SRFI 133 under its R7RS-large name.
(define-library (scheme vector)
  (include-library-declarations "../srfi/133/names.scm")
  (import (srfi 133)))

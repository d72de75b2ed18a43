;; (scheme regex): regular expressions, SRFI 115 under its R7RS-large name.
(define-library (scheme regex)
  (include-library-declarations "../srfi/115/names.scm")
  (import (srfi 115)))

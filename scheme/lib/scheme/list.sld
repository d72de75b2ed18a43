;; (scheme list): lists, SRFI 1 under its R7RS-large name.
(define-library (scheme list)
  (include-library-declarations "../srfi/1/names.scm")
  (import (srfi 1)))

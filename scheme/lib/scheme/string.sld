;; (scheme string): strings, SRFI 152 under its R7RS-large name.
(define-library (scheme string)
  (include-library-declarations "../srfi/152/names.scm")
  (import (srfi 152)))

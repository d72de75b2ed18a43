;; (scheme stream): streams, SRFI 41 under its R7RS-large name.
(define-library (scheme stream)
  (include-library-declarations "../srfi/41/names.scm")
  (import (srfi 41)))

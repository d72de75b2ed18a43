;; (scheme generator): generators, SRFI 158 under its R7RS-large name.
(define-library (scheme generator)
  (include-library-declarations "../srfi/158/names.scm")
  (import (srfi 158)))

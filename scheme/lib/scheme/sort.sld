;; (scheme sort): sorting, SRFI 132 under its R7RS-large name.
(define-library (scheme sort)
  (include-library-declarations "../srfi/132/names.scm")
  (import (srfi 132)))

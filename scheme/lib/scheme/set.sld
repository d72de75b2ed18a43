;; (scheme set): sets and bags, SRFI 113 under its R7RS-large name.
(define-library (scheme set)
  (include-library-declarations "../srfi/113/names.scm")
  (import (srfi 113)))

;; (scheme comparator): comparators, SRFI 128 under its R7RS-large name.
(define-library (scheme comparator)
  (include-library-declarations "../srfi/128/names.scm")
  (import (srfi 128)))

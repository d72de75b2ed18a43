;; (scheme ideque): queues with two ends, SRFI 134 under its R7RS-large name.
(define-library (scheme ideque)
  (include-library-declarations "../srfi/134/names.scm")
  (import (srfi 134)))

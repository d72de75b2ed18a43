;; SRFI 0: cond-expand, code chosen by what the system has.
(define-library (srfi 0)
  (export cond-expand)
  (import (scheme base)))

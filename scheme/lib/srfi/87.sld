;; SRFI 87: => in clauses of case.
(define-library (srfi 87)
  (export case else =>)
  (import (scheme base)))

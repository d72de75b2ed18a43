;; SRFI 16: procedures that choose their body by the number of arguments.
(define-library (srfi 16)
  (export case-lambda)
  (import (scheme case-lambda)))

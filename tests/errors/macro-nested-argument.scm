(import (scheme base))
; what the program wrote itself has its own place, whatever macros it went through
(define-syntax inner (syntax-rules () ((_ e) (+ 1 e))))
(define-syntax outer (syntax-rules () ((_ e) (* 2 (inner e)))))
(outer (vector-ref (vector 1 2)
                   3))

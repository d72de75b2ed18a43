(import (scheme base))
(define-syntax inner
  (syntax-rules ()
    ((_ x) (vector-ref x 10))))
(define-syntax outer
  (syntax-rules ()
    ((_ x) (+ 1 (inner x)))))
(define (f v)
  (outer v))
(f (vector 1 2))

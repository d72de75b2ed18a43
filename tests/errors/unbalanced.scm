(import (scheme base) (scheme write))
(define (f x)
  (let ((y 1))
    (+ x y))

(define (g x)
  (* x 2))

(display (g 1))

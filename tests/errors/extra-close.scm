(import (scheme base) (scheme write))
(define (f x)
  (+ x 1)))
(display (f 1))

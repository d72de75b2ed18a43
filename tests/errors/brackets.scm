(import (scheme base) (scheme write))
(define (f x)
  (let ((y 2)]
    y))

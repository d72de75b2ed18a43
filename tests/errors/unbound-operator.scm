(import (scheme base) (scheme write))
(define (f x) (+ 1 (helpr x)))
(define (helper x) x)
(display (f 5))

(import (scheme base) (scheme write))
(define (f a b) (+ a b))
(display (f 1))

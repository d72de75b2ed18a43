(import (scheme base) (scheme write))
(define (f a b . rest) a)
(f 1)

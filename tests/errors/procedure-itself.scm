(import (scheme base) (scheme write))
(define (size) 3)
(display (+ 1 size))

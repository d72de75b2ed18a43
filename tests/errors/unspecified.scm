(import (scheme base) (scheme write))
(define (counter) (define n 0) (set! n 1))
(display (+ 1 (counter)))

(import (scheme base) (scheme write))
(define limit 5)
(define (small? n) n<limit)
(display (small? 3))

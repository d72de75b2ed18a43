(import (scheme base) (scheme write))
(define (f v) (v 0))
(f (vector 1 2))

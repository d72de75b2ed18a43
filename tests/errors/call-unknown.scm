(import (scheme base) (scheme write))
(define (area r) (* 3 (volume-of r)))
(display (area 2))

(import (scheme base) (scheme write))
(define (smallest l) (car l))
(display (+ 1 (smallest '())))

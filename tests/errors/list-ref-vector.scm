(import (scheme base) (scheme write))
(define row (vector 1 2 3))
(display (list-ref row 0))

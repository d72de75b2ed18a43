(import (scheme base) (scheme write))
(define x 1)
(display '(a ,x))
(display ,x)

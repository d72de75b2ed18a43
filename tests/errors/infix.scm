(import (scheme base) (scheme write))
(define x 5)
(display (x + 1))

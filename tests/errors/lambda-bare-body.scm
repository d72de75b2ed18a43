(import (scheme base) (scheme write))
(define add (lambda x y (+ x y)))
(display (add 1 2))

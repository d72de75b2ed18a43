(import (scheme base) (scheme case-lambda))
(define g (case-lambda ((a) 1) ((a b c) 2)))
(g 1 2)

(define-library (a) (import (scheme base)) (export x y) (begin (define x 1)))
(import (scheme base) (a))

(define-library (a) (import (scheme base) (b)) (export x) (begin (define x 1)))
(define-library (b) (import (scheme base) (a)) (export y) (begin (define y 1)))
(import (scheme base) (a))

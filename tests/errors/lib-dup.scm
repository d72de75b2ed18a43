(define-library (a) (import (scheme base)) (export x) (begin (define x 1)
 (define x 2)))
(import (scheme base) (a))

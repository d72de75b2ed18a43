(define-library (data one) (export one) (import (scheme base) (data two)) (begin (define one 1)))

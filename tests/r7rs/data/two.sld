(define-library (data two) (export two) (import (scheme base) (data one)) (begin (define two 2)))

(define-library (fermata flow program) (export current-program current-program? rebuilt-program)
 (import (scheme base)) (begin (define (current-program) #f) (define (current-program? h) #f) (define (rebuilt-program h t) #f)))

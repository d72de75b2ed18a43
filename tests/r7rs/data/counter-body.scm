(define value 0)
(define (next!) (set! value (+ value 1)) value)
(define (current) value)
(define times-loaded (+ value 1))

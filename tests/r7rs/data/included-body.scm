(define a 10)
(define (get) a)

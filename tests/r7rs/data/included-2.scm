(define included-2 (+ included-1 1))

(define (name of) (symbol->string of))

(define loaded-value 'loaded)
(set! loaded-value (list loaded-value 'twice))

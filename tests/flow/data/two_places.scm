;; Two peers of this process, each with a store; `up?` says whether messages come through. To be
;; included, after virtual_time.scm.
(define here (open-flow-store "memory:"))
(define there (open-flow-store "memory:"))
(use-flow-store! here)
(define up? #t)
(define (wire bytes deliver) (if up? (deliver bytes) 'unreachable))
(define-syntax at
  (syntax-rules () ((_ store body ...) (parameterize ((current-flow-store store)) body ...))))

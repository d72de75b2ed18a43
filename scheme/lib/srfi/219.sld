;; SRFI 219: definitions of procedures that return procedures.
(define-library (srfi 219)
  (export define)
  (import (rename (scheme base) (define %define)))
  (begin

    ;;> (define ((name . formals) . formals) body ...)
    ;;> Defines name as a procedure that returns a procedure, to any depth; otherwise
    ;;> R7RS's define.
    (define-syntax define
      (syntax-rules ()
        ((_ ((head . outer) . inner) body ...)
         (define (head . outer) (lambda inner body ...)))
        ((_ (name . formals) body ...)
         (%define (name . formals) body ...))
        ((_ name expression)
         (%define name expression))))))

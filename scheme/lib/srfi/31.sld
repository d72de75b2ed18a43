;; SRFI 31: rec, an expression that may mention itself.
(define-library (srfi 31)
  (export rec)
  (import (scheme base))
  (begin

    ;;> (rec variable expression)
    ;;> The expression's value, known inside it as variable; (rec (name . formals) body ...)
    ;;> is a procedure that can call itself.
    (define-syntax rec
      (syntax-rules ()
        ((_ (name . formals) body ...)
         (letrec ((name (lambda formals body ...))) name))
        ((_ variable expression)
         (letrec ((variable expression)) variable))))))

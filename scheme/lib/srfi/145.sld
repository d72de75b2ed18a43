;; SRFI 145: assumptions, which are always checked here.
(define-library (srfi 145)
  (export assume)
  (import (scheme base))
  (begin

    ;;> (assume expression [message obj ...])
    ;;> The expression's value; an error that shows the expression when that is #f.
    (define-syntax assume
      (syntax-rules ()
        ((_ expression)
         (or expression (error "invalid assumption" 'expression)))
        ((_ expression message obj ...)
         (or expression (error message 'expression obj ...)))))))

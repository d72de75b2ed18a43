;; SRFI 8: receive, several values as local variables.
(define-library (srfi 8)
  (export receive)
  (import (scheme base))
  (begin

    ;;> (receive formals expression form ...)
    ;;> The forms with formals bound to the values of expression.
    (define-syntax receive
      (syntax-rules ()
        ((_ formals expression form ...)
         (call-with-values (lambda () expression)
           (lambda formals form ...)))))))

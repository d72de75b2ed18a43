;; SRFI 236: expressions whose order does not matter.
(define-library (srfi 236)
  (export independently)
  (import (scheme base))
  (begin

    ;;> (independently expression ...)
    ;;> Evaluates the expressions for their effects, in an order that may change.
    (define-syntax independently
      (syntax-rules ()
        ((_) (if #f #f))
        ((_ expression ...)
         (begin ((lambda ignored #t) (begin expression #t) ...)
                (if #f #f)))))))

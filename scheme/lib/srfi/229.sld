;; SRFI 229: tagged procedures.
(define-library (srfi 229)
  (export lambda/tag case-lambda/tag procedure/tag? procedure-tag)
  (import (scheme base) (scheme case-lambda)
          (only (fermata builtins) %wrong-type)
          (fermata tagged))
  (begin
    (define %kind (list 'tag))

    ;;> (lambda/tag tag formals body ...)
    ;;> A procedure, as of lambda, that carries the value of the expression tag.
    (define-syntax lambda/tag
      (syntax-rules ()
        ((_ tag formals body1 body2 ...)
         (tag-procedure %kind tag (lambda formals body1 body2 ...)))))

    ;;> (case-lambda/tag tag (formals body ...) ...)
    ;;> A procedure, as of case-lambda, that carries the value of the expression tag.
    (define-syntax case-lambda/tag
      (syntax-rules ()
        ((_ tag clause ...)
         (tag-procedure %kind tag (case-lambda clause ...)))))

    ;;> (procedure/tag? obj)
    ;;> Whether obj is a procedure made by lambda/tag or case-lambda/tag.
    (define (procedure/tag? obj) (procedure-tagged? %kind obj))

    ;;> (procedure-tag proc)
    ;;> The tag that the procedure carries.
    (define (procedure-tag proc)
      (procedure-tag-of %kind proc
                        (lambda ()
                          (%wrong-type 'procedure-tag 1 "a tagged procedure"
                                       proc))))))

;; SRFI 259: tagged procedures with type safety.
(define-library (srfi 259)
  (export define-procedure-tag)
  (import (scheme base) (only (fermata builtins) %wrong-type) (fermata tagged))
  (begin
    ;;> (define-procedure-tag constructor predicate accessor)
    ;;> Defines a new kind of tag: (constructor tag proc) is a procedure that does what
    ;;> proc does, with its tags of other kinds and this one; (predicate obj) tells whether
    ;;> obj is a procedure with such a tag, (accessor proc) is the tag.
    (define-syntax define-procedure-tag
      (syntax-rules ()
        ((_ constructor predicate accessor)
         (define-values (constructor predicate accessor)
           (%procedure-tag 'constructor 'accessor)))))

    (define (%procedure-tag constructor accessor)
      (define kind (list accessor))
      (values
       (lambda (tag proc)
         (if (not (procedure? proc))
             (%wrong-type constructor 2 "a procedure" proc))
         (tag-procedure kind tag proc))
       (lambda (obj) (procedure-tagged? kind obj))
       (lambda (proc)
         (procedure-tag-of
          kind proc
          (lambda ()
            (%wrong-type accessor 1 "a procedure with such a tag" proc))))))))

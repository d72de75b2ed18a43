;; Forms that define an enumeration with its names.

;;> (define-enum type-name (name-or-(name value) ...) constructor)
;;> Defines two forms: (type-name name) is the member of that name, and (constructor name
;;> ...) the set of these members.
(define-syntax define-enum
  (syntax-rules ()
    ((_ type-name (member ...) constructor)
     (begin
       (define type (make-enum-type '(member ...)))
       (define-syntax type-name
         (syntax-rules ()
           ((_ name) (named "type-name" type 'name))))
       (define-syntax constructor
         (syntax-rules ()
           ((_ . names)
            ((enum-set-constructor (enum-empty-set type)) 'names))))))))

;;> (define-enumeration type-name (name-or-(name value) ...) constructor)
;;> The same, but (type-name name) is the name itself, once it was found to be one.
(define-syntax define-enumeration
  (syntax-rules ()
    ((_ type-name (member ...) constructor)
     (begin
       (define type (make-enum-type '(member ...)))
       (define-syntax type-name
         (syntax-rules ()
           ((_ name) (enum-name (named "type-name" type 'name)))))
       (define-syntax constructor
         (syntax-rules ()
           ((_ . names)
            ((enum-set-constructor (enum-empty-set type)) 'names))))))))

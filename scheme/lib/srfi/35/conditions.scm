;; Conditions: making them, taking them apart.

(define-record-type condition-object
  (%make-condition components)
  %condition-object?
  (components %components))  ; list of (type (field . value) ...)

;;> (condition? obj)
;;> Whether obj is a condition; Fermata's error objects are.
(define (condition? obj)
  (or (%condition-object? obj) (error-object? obj)))

(define (%check-condition who obj)
  (if (not (condition? obj)) (%wrong-type who 1 "a condition" obj)))

;; The fields of the first component of the type, as an alist, or #f.
(define (%fields-of condition type)
  (if (%condition-object? condition)
      (let ((component (find (lambda (c) (%subtype? (car c) type))
                             (%components condition))))
        (and component (cdr component)))
      ((%type-native type) condition)))

;;> (make-condition type field value ...)
;;> A condition of the type; every field must be there once.
(define (make-condition type . fields-and-values)
  (%check-type 'make-condition 1 type)
  (let loop ((rest fields-and-values) (fields '()))
    (cond ((null? rest) (%complete (list (cons type (reverse fields)))))
          ((null? (cdr rest))
           (error "make-condition: a field has no value:" (car rest)))
          (else
           (loop (cddr rest) (cons (cons (car rest) (cadr rest)) fields))))))

;; A condition of components that may lack fields which another one has of a type they
;; share; nothing else may lack, and nothing be too much.
(define (%complete components)
  (define (lookup type field)
    (or (any (lambda (other)
               (let ((found (assq field (cdr other))))
                 (and found
                      (eq? (%owner type field) (%owner (car other) field))
                      found)))
             components)
        (error "condition: this field has no value:" field)))
  (define (completed component)
    (let* ((type (car component)) (fields (%type-fields type)))
      (for-each (lambda (field)
                  (if (not (memq (car field) fields))
                      (error "condition: the type has no such field:"
                             (%type-name type) (car field))))
                (cdr component))
      (cons type
            (map (lambda (field)
                   (or (assq field (cdr component)) (lookup type field)))
                 fields))))
  (%make-condition (map completed components)))

;; The type that brought the field, at or above type; #f when none did.
(define (%owner type field)
  (let ((parent (%type-parent type)))
    (cond ((not (memq field (%type-fields type))) #f)
          ((and parent (memq field (%type-fields parent)))
           (%owner parent field))
          (else type))))

;;> (condition (type (field value) ...) ...)
;;> A condition of all these types.
(define-syntax condition
  (syntax-rules ()
    ((_ (type (field value) ...) ...)
     (%condition (list (cons type (list (cons 'field value) ...)) ...)))))

(define (%condition components)
  (for-each (lambda (c) (%check-type 'condition 1 (car c))) components)
  (%complete components))

;;> (make-compound-condition condition1 condition2 ...)
;;> A condition of all their types; where two have a field, the first counts.
(define (make-compound-condition condition1 . conditions)
  (%make-condition (append-map %components-of (cons condition1 conditions))))

(define (%components-of condition)
  (%check-condition 'make-compound-condition condition)
  (if (%condition-object? condition)
      (%components condition)
      (list (cons &error '())
            (cons &message (%fields-of condition &message)))))

;;> (extract-condition condition type)
;;> A condition of that type alone, with the fields that condition has of it.
(define (extract-condition condition type)
  (let ((fields (%checked-fields 'extract-condition condition type)))
    (%make-condition
     (list (cons type (map (lambda (field) (assq field fields))
                           (%type-fields type)))))))

(define (%checked-fields who condition type)
  (%check-condition who condition)
  (%check-type who 2 type)
  (or (%fields-of condition type)
      (error (string-append (symbol->string who)
                            ": the condition is not of the type:")
             (%type-name type))))

;;> (condition-has-type? condition type)
;;> Whether condition is of the type.
(define (condition-has-type? condition type)
  (%check-condition 'condition-has-type? condition)
  (%check-type 'condition-has-type? 2 type)
  (and (%fields-of condition type) #t))

;;> (condition-ref condition field)
;;> The value of the first field with that name.
(define (condition-ref condition field)
  (%check-condition 'condition-ref condition)
  (let ((found (if (%condition-object? condition)
                   (any (lambda (c) (assq field (cdr c)))
                        (%components condition))
                   (assq field (%fields-of condition &message)))))
    (if found
        (cdr found)
        (error "condition-ref: the condition has no such field:" field))))

(define (%field who condition type field)
  (cdr (assq field (%checked-fields who condition type))))

(define (%of-type? obj type)
  (and (condition? obj) (condition-has-type? obj type)))

;;> (define-condition-type type supertype predicate (field accessor) ...)
;;> Defines a type, what tells its conditions, and what gives their fields.
(define-syntax define-condition-type
  (syntax-rules ()
    ((_ type supertype predicate (field accessor) ...)
     (begin
       (define type (make-condition-type 'type supertype '(field ...)))
       (define (predicate obj) (%of-type? obj type))
       (define (accessor condition)
         (%field 'accessor condition type 'field))
       ...))))

;;> (message-condition? obj)
;;> Whether obj is a condition of type &message.
(define (message-condition? obj) (%of-type? obj &message))

;;> (condition-message condition)
;;> Its message.
(define (condition-message condition)
  (%field 'condition-message condition &message 'message))

;;> (serious-condition? obj)
;;> Whether obj is a condition of type &serious.
(define (serious-condition? obj) (%of-type? obj &serious))

;;> (error? obj)
;;> Whether obj is a condition of type &error; Fermata's error objects are.
(define (error? obj) (%of-type? obj &error))

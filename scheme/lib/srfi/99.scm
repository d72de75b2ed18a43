;; ---- types

;;> (make-rtd name field-specs [parent])
;;> A new record type. field-specs is a vector of symbols or of lists (mutable name) and
;;> (immutable name); its records have the fields of parent, too.
(define (make-rtd name field-specs 1 . parent)
  (if (not (vector? field-specs))
      (%wrong-type 'make-rtd 2 "a vector of field specifications" field-specs))
  (if (and (pair? parent) (car parent))
      (begin
        (%check-rtd 'make-rtd 3 (car parent))
        (make-record-type name field-specs (car parent)))
      (make-record-type name field-specs)))

;;> (rtd? obj)
;;> Whether obj is a record type.
(define (rtd? obj) (record-type? obj))

(define (%check-rtd who argument rtd)
  (if (not (record-type? rtd))
      (%wrong-type who argument "a record type" rtd)))

;;> (rtd-name rtd)
;;> The symbol that names the type.
(define (rtd-name rtd) (record-type-name rtd))

;;> (rtd-parent rtd)
;;> The type that it extends, or #f.
(define (rtd-parent rtd) (record-type-parent rtd))

(define (%inherited rtd)
  (let ((parent (record-type-parent rtd)))
    (if parent (length (record-type-fields parent)) 0)))

;;> (rtd-all-field-names rtd)
;;> A vector of the names of all fields, the inherited ones first.
(define (rtd-all-field-names rtd)
  (list->vector (record-type-fields rtd)))

;;> (rtd-field-names rtd)
;;> A vector of the names of the fields that the type itself adds.
(define (rtd-field-names rtd)
  (vector-copy (rtd-all-field-names rtd) (%inherited rtd)))

;; The last field of that name: a field of the type hides an inherited one.
(define (%field-index who rtd name)
  (%check-rtd who 1 rtd)
  (let loop ((names (record-type-fields rtd)) (i 0) (found #f))
    (cond ((pair? names)
           (loop (cdr names) (+ i 1) (if (eq? (car names) name) i found)))
          (found)
          (else (%out-of-range who 2 "the name of a field" name)))))

;;> (rtd-field-mutable? rtd field)
;;> Whether the field of that name may be changed.
(define (rtd-field-mutable? rtd field)
  (%record-field-mutable? rtd (%field-index 'rtd-field-mutable? rtd field)))

;; ---- instances

;;> (rtd-constructor rtd [field-names])
;;> A procedure that makes records of the type. It takes all fields, the inherited ones
;;> first, or those in the vector of names.
(define (rtd-constructor rtd 1 . field-names)
  (%check-rtd 'rtd-constructor 1 rtd)
  (let* ((count (length (record-type-fields rtd)))
         (places (if (and (pair? field-names) (car field-names))
                     (map (lambda (name)
                            (%field-index 'rtd-constructor rtd name))
                          (vector->list (car field-names)))
                     #f)))
    (define (check given wanted)
      (if (not (= given wanted))
          (error (string-append "the constructor of "
                                (symbol->string (record-type-name rtd))
                                " takes so many fields, got:")
                 wanted given)))
    (if places
        (lambda values
          (check (length values) (length places))
          (let ((fields (make-vector count #f)))
            (for-each (lambda (place value) (vector-set! fields place value))
                      places values)
            (apply %make-record rtd (vector->list fields))))
        (lambda values
          (check (length values) count)
          (apply %make-record rtd values)))))

;;> (rtd-predicate rtd)
;;> A procedure that tells records of the type, and of types that extend it.
(define (rtd-predicate rtd)
  (%check-rtd 'rtd-predicate 1 rtd)
  (lambda (obj) (%record? obj rtd)))

;;> (rtd-accessor rtd field)
;;> A procedure that takes a record and returns the field of that name.
(define (rtd-accessor rtd field)
  (let ((index (%field-index 'rtd-accessor rtd field)))
    (lambda (record) (%record-ref record rtd index))))

;;> (rtd-mutator rtd field)
;;> A procedure that takes a record and an object, and makes that the field's value.
(define (rtd-mutator rtd field)
  (let ((index (%field-index 'rtd-mutator rtd field)))
    (if (not (%record-field-mutable? rtd index))
        (%out-of-range 'rtd-mutator 2 "the name of a mutable field" field))
    (lambda (record obj) (%record-set! record rtd index obj))))

;;> (record-rtd record)
;;> The type of the record.
(define (record-rtd record) (record-type-of record))

;; ---- syntax

;;> (define-record-type name constructor predicate field ...)
;;> Defines a record type. name is a symbol or (name parent); constructor is #f, #t
;;> for make-name, a symbol, or (symbol field ...); predicate #f, #t for name?, or a
;;> symbol. A field is its name (accessor name-field), (field) (also a modifier
;;> name-field-set!), (field accessor) or (field accessor modifier).
(define-syntax define-record-type
  (er-macro-transformer
   (lambda (form rename compare)
     (define (plain identifier)
       (let ((name (%strip-syntax identifier)))
         (if (not (symbol? name))
             (error "define-record-type: a name must stand here, not" name))
         (symbol->string name)))
     (define (joined . parts) (string->symbol (apply string-append parts)))
     (if (not (and (list? form) (>= (length form) 4)))
         (error "define-record-type must look like (define-record-type name constructor predicate field ...)"))
     (let* ((type (cadr form))
            (name (if (pair? type) (car type) type))
            (text (plain name))
            (parent (if (and (pair? type) (pair? (cdr type))) (cadr type) #f))
            (maker (list-ref form 2))
            (predicate (list-ref form 3))
            (fields (map (lambda (field) (if (pair? field) field (list field #t)))
                         (list-tail form 4)))
            (define* (rename 'define))
            (quote* (rename 'quote)))
       (define (field-name field) (plain (car field)))
       (define (accessor field)
         (cond ((or (null? (cdr field)) (eq? (cadr field) #t))
                (joined text "-" (field-name field)))
               (else (cadr field))))
       (define (modifier field)
         (cond ((null? (cdr field))
                (joined text "-" (field-name field) "-set!"))
               ((null? (cddr field)) #f)
               (else (list-ref field 2))))
       (define (spec field)
         (list (if (modifier field) 'mutable 'immutable)
               (joined (field-name field))))
       (define (accessors field)
         (let ((symbol (joined (field-name field))))
           (cons
            (list define* (accessor field)
                  (list (rename 'rtd-accessor) name (list quote* symbol)))
            (if (modifier field)
                (list
                 (list define* (modifier field)
                       (list (rename 'rtd-mutator) name (list quote* symbol))))
                '()))))
       (define (constructor maker fields)
         (list define* maker
               (cons* (rename 'rtd-constructor) name
                      (if fields
                          (list (list quote* (list->vector (map (lambda (f) (joined (plain f))) fields))))
                          '()))))
       (define (cons* a b rest) (cons a (cons b rest)))
       (append
        (list (rename 'begin)
              (list define* name
                    (list (rename 'make-rtd)
                          (list quote* (joined text))
                          (list quote* (list->vector (map spec fields)))
                          parent)))
        (cond ((not maker) '())
              ((eq? maker #t) (list (constructor (joined "make-" text) #f)))
              ((pair? maker) (list (constructor (car maker) (cdr maker))))
              (else (list (constructor maker #f))))
        (cond ((not predicate) '())
              (else
               (list (list define*
                           (if (eq? predicate #t) (joined text "?") predicate)
                           (list (rename 'rtd-predicate) name)))))
        (apply append (map accessors fields)))))))

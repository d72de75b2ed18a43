;; Types of enumerations and their members.

;;> (enum-type? obj)
;;> Whether obj is a type of enumerations.
(define-record-type <enum-type>
  (new-type members by-name)
  enum-type?
  (members type-members set-type-members!)   ; vector, by ordinal
  (by-name type-by-name))                    ; table of symbols

;;> (enum? obj)
;;> Whether obj is a member of an enumeration.
;;
;;> (enum-type enum)
;;> The type it belongs to.
;;
;;> (enum-name enum)
;;> Its symbol.
;;
;;> (enum-ordinal enum)
;;> Its place in the type, from 0.
;;
;;> (enum-value enum)
;;> Its value.
(define-record-type <enum>
  (new-enum type name ordinal value)
  enum?
  (type enum-type)
  (name enum-name)
  (ordinal enum-ordinal)
  (value enum-value))

(define (check-type who type)
  (if (not (enum-type? type))
      (error (string-append who ": not a type of enumerations:") type)))

;;> (make-enum-type names)
;;> A type with these members: symbols, whose ordinals are their values, or lists of a
;;> symbol and a value.
(define (make-enum-type names)
  (let* ((table (make-eq-hash-table))
         (type (new-type #f table)))
    (define (member-of description ordinal)
      (let* ((name (if (pair? description) (car description) description))
             (value (if (pair? description) (cadr description) ordinal))
             (enum (new-enum type name ordinal value)))
        (if (not (symbol? name))
            (error "make-enum-type: a name must be a symbol, got" name))
        (if (hash-table-ref/default table name #f)
            (error "make-enum-type: a name occurs twice:" name))
        (hash-table-set! table name enum)
        enum))
    (set-type-members!
     type
     (let loop ((rest names) (k 0) (members '()))
       (if (null? rest)
           (list->vector (reverse members))
           (loop (cdr rest) (+ k 1)
                 (cons (member-of (car rest) k) members)))))
    type))

;;> (enum-type-contains? type enum)
;;> Whether enum is a member of the type.
(define (enum-type-contains? type enum)
  (check-type "enum-type-contains?" type)
  (eq? type (enum-type enum)))

;;> (enum-name->enum type symbol)
;;> The member of that name, or #f.
(define (enum-name->enum type name)
  (check-type "enum-name->enum" type)
  (hash-table-ref/default (type-by-name type) name #f))

;;> (enum-ordinal->enum type k)
;;> The member with that ordinal, or #f.
(define (enum-ordinal->enum type k)
  (check-type "enum-ordinal->enum" type)
  (and (exact-integer? k)
       (< -1 k (enum-type-size type))
       (vector-ref (type-members type) k)))

(define (named who type name)
  (or (enum-name->enum type name)
      (error (string-append who ": the type has no member of this name:")
             name)))

(define (numbered who type k)
  (or (enum-ordinal->enum type k)
      (error (string-append who ": the type has no member of this ordinal:")
             k)))

;;> (enum-name->ordinal type symbol)
;;> The ordinal of the member of that name.
(define (enum-name->ordinal type name)
  (enum-ordinal (named "enum-name->ordinal" type name)))

;;> (enum-name->value type symbol)
;;> The value of the member of that name.
(define (enum-name->value type name)
  (enum-value (named "enum-name->value" type name)))

;;> (enum-ordinal->name type k)
;;> The name of the member with that ordinal.
(define (enum-ordinal->name type k)
  (enum-name (numbered "enum-ordinal->name" type k)))

;;> (enum-ordinal->value type k)
;;> The value of the member with that ordinal.
(define (enum-ordinal->value type k)
  (enum-value (numbered "enum-ordinal->value" type k)))

;;> (enum-type-size type)
;;> The number of members.
(define (enum-type-size type) (vector-length (type-members type)))

;;> (enum-min type)
;;> The first member.
(define (enum-min type) (numbered "enum-min" type 0))

;;> (enum-max type)
;;> The last member.
(define (enum-max type) (numbered "enum-max" type (- (enum-type-size type) 1)))

;;> (enum-type-enums type)
;;> A list of the members.
(define (enum-type-enums type) (vector->list (type-members type)))

;;> (enum-type-names type)
;;> A list of their names.
(define (enum-type-names type) (map enum-name (enum-type-enums type)))

;;> (enum-type-values type)
;;> A list of their values.
(define (enum-type-values type) (map enum-value (enum-type-enums type)))

;;> (enum-next enum)
;;> The member after this one, or #f.
(define (enum-next enum)
  (enum-ordinal->enum (enum-type enum) (+ (enum-ordinal enum) 1)))

;;> (enum-prev enum)
;;> The member before this one, or #f.
(define (enum-prev enum)
  (enum-ordinal->enum (enum-type enum) (- (enum-ordinal enum) 1)))

(define (comparison who holds?)
  (lambda (first second . more)
    (let loop ((first first) (rest (cons second more)))
      (or (null? rest)
          (begin
            (if (not (eq? (enum-type first) (enum-type (car rest))))
                (error (string-append who ": members of different types:")
                       (enum-name first) (enum-name (car rest))))
            (and (holds? (enum-ordinal first) (enum-ordinal (car rest)))
                 (loop (car rest) (cdr rest))))))))

;;> (enum=? enum1 enum2 ...)
;;> Whether all are the same member.
(define enum=? (comparison "enum=?" =))
;;> (enum<? enum1 enum2 ...)
;;> Whether the ordinals increase.
(define enum<? (comparison "enum<?" <))
;;> (enum>? enum1 enum2 ...)
;;> Whether the ordinals decrease.
(define enum>? (comparison "enum>?" >))
;;> (enum<=? enum1 enum2 ...)
;;> Whether the ordinals do not decrease.
(define enum<=? (comparison "enum<=?" <=))
;;> (enum>=? enum1 enum2 ...)
;;> Whether the ordinals do not increase.
(define enum>=? (comparison "enum>=?" >=))

;;> (make-enum-comparator type)
;;> A comparator of the members, in their order.
(define (make-enum-comparator type)
  (check-type "make-enum-comparator" type)
  (make-comparator (lambda (obj) (and (enum? obj) (enum-type-contains? type obj)))
                   eq?
                   (lambda (a b) (< (enum-ordinal a) (enum-ordinal b)))
                   enum-ordinal))

;;> (enum-constructor type)
;;> A procedure from names to members.
(define (enum-constructor type)
  (lambda (name) (named "enum-constructor" type name)))

;;> (enum-accessor type)
;;> A procedure from names to values.
(define (enum-accessor type)
  (lambda (name) (enum-name->value type name)))

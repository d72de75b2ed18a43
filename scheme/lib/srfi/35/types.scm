;; Types of conditions form a tree.

(define-record-type condition-type
  (%make-condition-type name parent fields native)
  ;;> (condition-type? obj)
  ;;> Whether obj is a type of conditions.
  condition-type?
  (name %type-name)
  (parent %type-parent)     ; #f at the root
  (fields %type-fields)     ; those of the parents too
  ;; A procedure: the fields that an error object has of this type, as an alist of names
  ;; and values, or #f when it is none of this type.
  (native %type-native))

(define (%check-type who argument obj)
  (if (not (condition-type? obj))
      (%wrong-type who argument "a type of conditions" obj)))

;; A type that error objects of Fermata's may be of.
(define (%make-native-type name parent fields native)
  (let ((inherited (if parent (%type-fields parent) '())))
    (if (any (lambda (field) (memq field inherited)) fields)
        (error "make-condition-type: the supertype has such a field:" fields))
    (%make-condition-type name parent (append inherited fields) native)))

;;> (make-condition-type name supertype fields)
;;> A new type below supertype, with these fields, symbols, besides those it inherits.
(define (make-condition-type name supertype fields)
  (if (not (symbol? name))
      (%wrong-type 'make-condition-type 1 "a symbol" name))
  (%check-type 'make-condition-type 2 supertype)
  (if (not (and (list? fields) (every symbol? fields)))
      (%wrong-type 'make-condition-type 3 "a list of symbols" fields))
  (%make-native-type name supertype fields (lambda (object) #f)))

;; Whether type is other or below it.
(define (%subtype? type other)
  (and type (or (eq? type other) (%subtype? (%type-parent type) other))))

;;> &condition
;;> The type that all conditions are of.
(define &condition
  (%make-native-type '&condition #f '() (lambda (object) '())))

;;> &message
;;> The type of conditions with a field message, a text for people.
(define &message
  (%make-native-type
   '&message &condition '(message)
   (lambda (object) (list (cons 'message (error-object-message object))))))

;;> &serious
;;> The type of conditions that are too serious to go on after.
(define &serious
  (%make-native-type '&serious &condition '() (lambda (object) '())))

;;> &error
;;> The type of conditions that mean an error.
(define &error
  (%make-native-type '&error &serious '() (lambda (object) '())))

;; The comparator itself, what it answers, and comparing with it.

;;> (comparator? obj)
;;> Whether obj is a comparator.
;;
;;> (comparator-type-test-predicate comparator)
;;> The predicate of the objects that it compares.
;;
;;> (comparator-equality-predicate comparator)
;;> Its procedure that says whether two objects are the same.
(define-record-type comparator
  (%make-comparator type-test equality ordering hash)
  comparator?
  (type-test comparator-type-test-predicate)
  (equality comparator-equality-predicate)
  (ordering %ordering)   ; or #f
  (hash %hash))          ; or #f

;;> (make-comparator type-test equality ordering hash)
;;> A comparator. type-test #t accepts anything, equality #t means that neither of two
;;> objects is before the other; ordering and hash may be #f.
(define (make-comparator type-test equality ordering hash)
  (%make-comparator
   (if (eq? type-test #t) (lambda (obj) #t) type-test)
   (if (eq? equality #t)
       (lambda (a b) (not (or (ordering a b) (ordering b a))))
       equality)
   ordering hash))

;;> (comparator-ordered? comparator)
;;> Whether it has an ordering.
(define (comparator-ordered? comparator) (and (%ordering comparator) #t))

;;> (comparator-hashable? comparator)
;;> Whether it has a hash function.
(define (comparator-hashable? comparator) (and (%hash comparator) #t))

;;> (comparator-ordering-predicate comparator)
;;> Its ordering; calling it is an error when the comparator has none.
(define (comparator-ordering-predicate comparator)
  (or (%ordering comparator)
      (lambda (a b) (error "this comparator has no ordering" comparator))))

;;> (comparator-hash-function comparator)
;;> Its hash function; calling it is an error when the comparator has none.
(define (comparator-hash-function comparator)
  (or (%hash comparator)
      (lambda (obj) (error "this comparator has no hash function" comparator))))

;;> (comparator-test-type comparator obj)
;;> Whether obj is of the type that the comparator compares.
(define (comparator-test-type comparator obj)
  ((comparator-type-test-predicate comparator) obj))

;;> (comparator-check-type comparator obj)
;;> #t when obj is of that type, otherwise an error.
(define (comparator-check-type comparator obj)
  (if (comparator-test-type comparator obj)
      #t
      (%wrong-type 'comparator-check-type 2
                   "an object that the comparator's type test accepts" obj)))

;;> (comparator-hash comparator obj)
;;> The hash of obj.
(define (comparator-hash comparator obj)
  ((comparator-hash-function comparator) obj))

;; Whether (related? a b) holds for every two neighbours.
(define (%each-pair? related? a b rest)
  (and (related? a b)
       (or (null? rest)
           (%each-pair? related? b (car rest) (cdr rest)))))

;;> (=? comparator obj1 obj2 obj3 ...)
;;> Whether the objects are all equal.
(define (=? comparator a b . rest)
  (%each-pair? (comparator-equality-predicate comparator) a b rest))

;;> (<? comparator obj1 obj2 obj3 ...)
;;> Whether each object is before the next.
(define (<? comparator a b . rest)
  (%each-pair? (comparator-ordering-predicate comparator) a b rest))

;;> (>? comparator obj1 obj2 obj3 ...)
;;> Whether each object is after the next.
(define (>? comparator a b . rest)
  (let ((before? (comparator-ordering-predicate comparator)))
    (%each-pair? (lambda (a b) (before? b a)) a b rest)))

;;> (<=? comparator obj1 obj2 obj3 ...)
;;> Whether no object is after the next.
(define (<=? comparator a b . rest)
  (let ((before? (comparator-ordering-predicate comparator)))
    (%each-pair? (lambda (a b) (not (before? b a))) a b rest)))

;;> (>=? comparator obj1 obj2 obj3 ...)
;;> Whether no object is before the next.
(define (>=? comparator a b . rest)
  (let ((before? (comparator-ordering-predicate comparator)))
    (%each-pair? (lambda (a b) (not (before? a b))) a b rest)))

(define (%three-way comparator a b less equal greater)
  (cond (((comparator-equality-predicate comparator) a b) (equal))
        (((comparator-ordering-predicate comparator) a b) (less))
        (else (greater))))

;;> (comparator-if<=> [comparator] obj1 obj2 less equal greater)
;;> Evaluates the one of the three expressions that fits how obj1 compares with obj2.
(define-syntax comparator-if<=>
  (syntax-rules ()
    ((_ a b less equal greater)
     (comparator-if<=> (make-default-comparator) a b less equal greater))
    ((_ comparator a b less equal greater)
     (%three-way comparator a b
                 (lambda () less) (lambda () equal) (lambda () greater)))))

;; ---- hash functions

;;> (hash-bound)
;;> Hashes may be any integers from 0 up to this; a macro.
(define-syntax hash-bound
  (syntax-rules () ((_) 33554432)))

;;> (hash-salt)
;;> A number for hash functions to begin with; a macro. Always the same, so that
;;> programs repeat.
(define-syntax hash-salt
  (syntax-rules () ((_) 16064047)))

(define %mask 1152921504606846975)  ; 2^60 - 1: products of it may be large, not slow

;; The hash of two hashes, in which order counts.
(define (%combined hash1 hash2)
  (modulo (+ (* 31 (modulo hash1 %mask)) hash2 7) %mask))

;;> (boolean-hash obj)
;;> A hash of a boolean.
(define (boolean-hash obj) (if obj 1 0))

;;> (char-hash char)
;;> A hash that agrees with char=?.
(define (char-hash char) (char->integer char))

;;> (char-ci-hash char)
;;> A hash that agrees with char-ci=?.
(define (char-ci-hash char) (char->integer (char-foldcase char)))

;;> (symbol-hash symbol)
;;> A hash of the symbol's name.
(define (symbol-hash symbol) (string-hash (symbol->string symbol)))

;;> (number-hash number)
;;> A hash that agrees with =.
(define (number-hash number)
  (cond ((exact-integer? number) (equal-hash number))
        ((and (real? number) (integer? number)) (equal-hash (exact number)))
        ((real? number) (equal-hash (inexact number)))
        (else (%combined (number-hash (real-part number))
                         (number-hash (imag-part number))))))

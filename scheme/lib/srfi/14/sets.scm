;; Sets as objects, comparing them, and set operations.

;; The standard sets are worked out when they are first asked: until then a set holds a
;; procedure that makes its boundaries.
;;> (char-set? obj)
;;> Whether obj is a set of characters.
(define-record-type <char-set>
  (%make-set state)
  char-set?
  (state %state %set-state!))

(define (%boundaries set)
  (let ((state (%state set)))
    (if (procedure? state)
        (let ((boundaries (state)))
          (%set-state! set boundaries)
          boundaries)
        state)))

;; For the arguments of who, from argument k on.
(define (%check-sets who k sets)
  (if (pair? sets)
      (begin
        (if (not (char-set? (car sets)))
            (%wrong-type who k "a character set" (car sets)))
        (%check-sets who (+ k 1) (cdr sets)))))

(define (%each-pair? related? sets)
  (or (null? sets)
      (let loop ((a (%boundaries (car sets))) (rest (cdr sets)))
        (or (null? rest)
            (let ((b (%boundaries (car rest))))
              (and (related? a b)
                   (loop b (cdr rest))))))))

;;> (char-set= set ...)
;;> Whether the sets have the same characters.
(define (char-set= . sets)
  (%check-sets 'char-set= 1 sets)
  (%each-pair? equal? sets))

;;> (char-set<= set ...)
;;> Whether each set is a subset of the next.
(define (char-set<= . sets)
  (%check-sets 'char-set<= 1 sets)
  (%each-pair? (lambda (a b) (= 0 (vector-length (%difference a b)))) sets))

;;> (char-set-hash set [bound])
;;> A hash of the set that agrees with char-set=.
(define (char-set-hash set 1 . bound)
  (let ((hash (equal-hash (%boundaries set))))
    (if (and (pair? bound) (> (car bound) 0))
        (modulo hash (car bound))
        hash)))

;;> (char-set-contains? set char)
;;> Whether char is in the set.
(define (char-set-contains? set char)
  (%within-boundaries? (%boundaries set) char))

(define (%joined who combine start sets)
  (%check-sets who 1 sets)
  (if (null? sets)
      (%make-set start)
      (let loop ((result (%boundaries (car sets))) (rest (cdr sets)))
        (if (null? rest)
            (%make-set result)
            (loop (combine result (%boundaries (car rest))) (cdr rest))))))

;;> (char-set-union set ...)
;;> The characters that are in one of the sets.
(define (char-set-union . sets)
  (%joined 'char-set-union %union %none sets))
;;> (char-set-intersection set ...)
;;> The characters that are in all sets.
(define (char-set-intersection . sets)
  (%joined 'char-set-intersection %intersection %all sets))
;;> (char-set-difference set1 set ...)
;;> The characters of the first set that are in no other.
(define (char-set-difference set . sets)
  (%joined 'char-set-difference %difference %none (cons set sets)))
;;> (char-set-xor set ...)
;;> The characters that are in an odd number of the sets.
(define (char-set-xor . sets)
  (%joined 'char-set-xor %xor %none sets))
;;> (char-set-complement set)
;;> The characters that are not in the set.
(define (char-set-complement set)
  (%make-set (%difference %all (%boundaries set))))
;;> (char-set-diff+intersection set1 set2 ...)
;;> Two values: the characters of set1 that are in no other set, and the rest of it.
(define (char-set-diff+intersection set . sets)
  (let ((others (apply char-set-union sets)))
    (values (char-set-difference set others)
            (char-set-intersection set others))))

;;> (char-set-adjoin set char ...)
;;> The set with the characters.
(define (char-set-adjoin set . chars)
  (%make-set (%union (%boundaries set) (%from-chars chars))))
;;> (char-set-delete set char ...)
;;> The set without the characters.
(define (char-set-delete set . chars)
  (%make-set (%difference (%boundaries set) (%from-chars chars))))

;;> (char-set-union! set1 set ...)
;;> The same as char-set-union.
(define (char-set-union! set . sets) (apply char-set-union set sets))
;;> (char-set-intersection! set1 set ...)
;;> The same as char-set-intersection.
(define (char-set-intersection! set . sets)
  (apply char-set-intersection set sets))
;;> (char-set-difference! set1 set ...)
;;> The same as char-set-difference.
(define (char-set-difference! set . sets)
  (apply char-set-difference set sets))
;;> (char-set-xor! set1 set ...)
;;> The same as char-set-xor.
(define (char-set-xor! set . sets) (apply char-set-xor set sets))
;;> (char-set-complement! set)
;;> The same as char-set-complement.
(define (char-set-complement! set) (char-set-complement set))
;;> (char-set-diff+intersection! set1 set2 set ...)
;;> The same as char-set-diff+intersection.
(define (char-set-diff+intersection! set . sets)
  (apply char-set-diff+intersection set sets))
;;> (char-set-adjoin! set char ...)
;;> The same as char-set-adjoin.
(define (char-set-adjoin! set . chars) (apply char-set-adjoin set chars))
;;> (char-set-delete! set char ...)
;;> The same as char-set-delete.
(define (char-set-delete! set . chars) (apply char-set-delete set chars))

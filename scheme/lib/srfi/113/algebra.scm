;; Set algebra: each operation combines how often an element is in one and in another.

(define (check-alike a b)
  (if (not (collection? b))
      (error "a set or bag is wanted, got" b))
  (if (not (eq? (is-bag? a) (is-bag? b)))
      (error "a set and a bag cannot be combined" a b))
  (if (not (eq? (collection-comparator a) (collection-comparator b)))
      (error "sets or bags with different comparators cannot be combined"
             a b)))

;; Makes the count of each element (combine own other's) in the first, for all others.
(define (combine! combine collection others)
  (for-each
   (lambda (other)
     (check-alike collection other)
     (let ((mine (entries collection)) (theirs (entries other)))
       (define (adjust element)
         (combine (count-of collection element) (count-of other element)))
       ;; All new counts are known before the first is set: other may be collection.
       (for-each (lambda (change)
                   (set-count! collection (car change) (cdr change)))
                 (map (lambda (entry)
                        (let ((element (entry-element entry)))
                          (cons element (adjust element))))
                      (append mine theirs)))))
   others)
  collection)

(define (excess a b) (max 0 (- a b)))
(define (distance a b) (abs (- a b)))

;; Whether (holds? count other's-count) for all elements of the two.
(define (compare holds? a b)
  (check-alike a b)
  (let loop ((rest (append (entries a) (entries b))))
    (or (null? rest)
        (let ((element (entry-element (car rest))))
          (and (holds? (count-of a element) (count-of b element))
               (loop (cdr rest)))))))

(define (chain-compare related? first others)
  (let loop ((a first) (rest others))
    (or (null? rest)
        (and (related? a (car rest))
             (loop (car rest) (cdr rest))))))

(define (same? a b) (compare = a b))
(define (within? a b) (compare <= a b))
(define (properly-within? a b) (and (within? a b) (not (same? a b))))

;;> (set-union set1 set2 ...)
;;> A new set of the elements of any of them.
;;
;;> (bag-union bag1 bag2 ...)
;;> A new bag of the elements of any of them.
(define-both (set-union bag-union) c (c . others)
  (combine! max (copy c) others))

;;> (set-union! set1 set2 ...)
;;> The same, in set1, which is returned.
;;
;;> (bag-union! bag1 bag2 ...)
;;> The same, in bag1, which is returned.
(define-both (set-union! bag-union!) c (c . others)
  (combine! max c others))

;;> (set-intersection set1 set2 ...)
;;> A new set of the elements that all of them have.
;;
;;> (bag-intersection bag1 bag2 ...)
;;> A new bag of the elements that all of them have.
(define-both (set-intersection bag-intersection) c (c . others)
  (combine! min (copy c) others))

;;> (set-intersection! set1 set2 ...)
;;> The same, in set1, which is returned.
;;
;;> (bag-intersection! bag1 bag2 ...)
;;> The same, in bag1, which is returned.
(define-both (set-intersection! bag-intersection!) c (c . others)
  (combine! min c others))

;;> (set-difference set1 set2 ...)
;;> A new set of the elements of the first that the others have not.
;;
;;> (bag-difference bag1 bag2 ...)
;;> A new bag of the elements of the first that the others have not.
(define-both (set-difference bag-difference) c (c . others)
  (combine! excess (copy c) others))

;;> (set-difference! set1 set2 ...)
;;> The same, in set1, which is returned.
;;
;;> (bag-difference! bag1 bag2 ...)
;;> The same, in bag1, which is returned.
(define-both (set-difference! bag-difference!) c (c . others)
  (combine! excess c others))

;;> (set-xor set1 set2)
;;> A new set of the elements that only one of them has.
;;
;;> (bag-xor bag1 bag2)
;;> A new bag of the elements that only one of them has.
(define-both (set-xor bag-xor) c (c other)
  (combine! distance (copy c) (list other)))

;;> (set-xor! set1 set2)
;;> The same, in set1, which is returned.
;;
;;> (bag-xor! bag1 bag2)
;;> The same, in bag1, which is returned.
(define-both (set-xor! bag-xor!) c (c other)
  (combine! distance c (list other)))

;;> (set=? set1 set2 ...)
;;> Whether all have the same elements.
;;
;;> (bag=? bag1 bag2 ...)
;;> Whether all have the same elements.
(define-both (set=? bag=?) c (c . others)
  (chain-compare same? c others))

;;> (set<? set1 set2 ...)
;;> Whether each has all its elements in the next, which has more.
;;
;;> (bag<? bag1 bag2 ...)
;;> Whether each has all its elements in the next, which has more.
(define-both (set<? bag<?) c (c . others)
  (chain-compare properly-within? c others))

;;> (set<=? set1 set2 ...)
;;> Whether each has all its elements in the next.
;;
;;> (bag<=? bag1 bag2 ...)
;;> Whether each has all its elements in the next.
(define-both (set<=? bag<=?) c (c . others)
  (chain-compare within? c others))

;;> (set>? set1 set2 ...)
;;> Whether each has all the elements of the next, and more.
;;
;;> (bag>? bag1 bag2 ...)
;;> Whether each has all the elements of the next, and more.
(define-both (set>? bag>?) c (c . others)
  (chain-compare (lambda (a b) (properly-within? b a)) c others))

;;> (set>=? set1 set2 ...)
;;> Whether each has all the elements of the next.
;;
;;> (bag>=? bag1 bag2 ...)
;;> Whether each has all the elements of the next.
(define-both (set>=? bag>=?) c (c . others)
  (chain-compare (lambda (a b) (within? b a)) c others))

;; The sum of the hashes of what is there, whatever the order.
(define (collection-hash collection)
  (fold (lambda (element hash)
          (modulo (+ hash (comparator-hash (collection-comparator collection)
                                           element))
                  (hash-bound)))
        (hash-salt)
        collection))

;;> (set-comparator)
;;> A variable: a comparator of sets, without ordering.
(define set-comparator (make-comparator set? same? #f collection-hash))

;;> (bag-comparator)
;;> A variable: a comparator of bags, without ordering.
(define bag-comparator (make-comparator bag? same? #f collection-hash))

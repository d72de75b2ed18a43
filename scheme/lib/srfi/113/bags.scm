;; What only bags do: counts.

;;> (bag-sum bag1 bag2 ...)
;;> A new bag of all elements, as often as they are in all of them together.
(define (bag-sum bag . others)
  (check-bag 'bag-sum bag)
  (combine! + (copy bag) others))

;;> (bag-sum! bag1 bag2 ...)
;;> The same, in bag1, which is returned.
(define (bag-sum! bag . others)
  (check-bag 'bag-sum! bag)
  (combine! + bag others))

(define (check-count who n)
  (if (not (and (exact-integer? n) (>= n 0)))
      (error (string-append (symbol->string who)
                            ": a count is wanted, got")
             n)))

(define (multiply! n bag)
  (for-each (lambda (entry)
              (set-count! bag (entry-element entry)
                          (* n (entry-count entry))))
            (entries bag))
  bag)

;;> (bag-product n bag)
;;> A new bag of the elements, each n times as often.
(define (bag-product n bag)
  (check-count 'bag-product n)
  (check-bag 'bag-product bag)
  (multiply! n (copy bag)))

;;> (bag-product! n bag)
;;> The same, in bag, which is returned.
(define (bag-product! n bag)
  (check-count 'bag-product! n)
  (check-bag 'bag-product! bag)
  (multiply! n bag))

;;> (bag-unique-size bag)
;;> The number of different elements.
(define (bag-unique-size bag)
  (check-bag 'bag-unique-size bag)
  (hash-table-size (collection-table bag)))

;;> (bag-element-count bag element)
;;> How often element is in the bag.
(define (bag-element-count bag element)
  (check-bag 'bag-element-count bag)
  (count-of bag element))

;;> (bag-for-each-unique proc bag)
;;> Calls (proc element count) for the different elements.
(define (bag-for-each-unique proc bag)
  (check-bag 'bag-for-each-unique bag)
  (for-each (lambda (entry) (proc (entry-element entry) (entry-count entry)))
            (entries bag)))

;;> (bag-fold-unique proc init bag)
;;> (proc element count so-far) for the different elements, starting with init.
(define (bag-fold-unique proc init bag)
  (check-bag 'bag-fold-unique bag)
  (let loop ((rest (entries bag)) (result init))
    (if (null? rest)
        result
        (loop (cdr rest)
              (proc (entry-element (car rest)) (entry-count (car rest))
                    result)))))

;;> (bag-increment! bag element n)
;;> Puts element in n times; the bag.
(define (bag-increment! bag element n)
  (check-bag 'bag-increment! bag)
  (check-count 'bag-increment! n)
  (set-count! bag element (+ (count-of bag element) n))
  bag)

;;> (bag-decrement! bag element n)
;;> Takes element away n times, as far as it is there; the bag.
(define (bag-decrement! bag element n)
  (check-bag 'bag-decrement! bag)
  (check-count 'bag-decrement! n)
  (set-count! bag element (- (count-of bag element) n))
  bag)

;;> (bag->set bag)
;;> A new set of the elements of the bag.
(define (bag->set bag)
  (check-bag 'bag->set bag)
  (from-list #f (collection-comparator bag)
             (map entry-element (entries bag))))

;;> (set->bag set)
;;> A new bag of the elements of the set.
(define (set->bag set)
  (check-set 'set->bag set)
  (from-list #t (collection-comparator set)
             (map entry-element (entries set))))

;;> (set->bag! bag set)
;;> Puts the elements of the set into the bag; the bag.
(define (set->bag! bag set)
  (check-bag 'set->bag! bag)
  (check-set 'set->bag! set)
  (add-all! bag (map entry-element (entries set))))

;;> (bag->alist bag)
;;> A list of pairs of an element and its count.
(define (bag->alist bag)
  (check-bag 'bag->alist bag)
  (map (lambda (entry) (cons (entry-element entry) (entry-count entry)))
       (entries bag)))

;;> (alist->bag comparator alist)
;;> A new bag of the elements and counts in a list of pairs.
(define (alist->bag comparator alist)
  (let ((bag (new-collection #t comparator)))
    (for-each (lambda (pair)
                (check-count 'alist->bag (cdr pair))
                (if (not (find-entry bag (car pair)))
                    (set-count! bag (car pair) (cdr pair))))
              alist)
    bag))

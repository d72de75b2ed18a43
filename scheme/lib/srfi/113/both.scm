;; What sets and bags both do.

;; Defines a procedure for sets and the same one for bags; the argument called
;; `checked` must be one.
(define-syntax define-both
  (syntax-rules ()
    ((_ (set-name bag-name) checked formals body ...)
     (begin
       (define (set-name . formals)
         (check-set 'set-name checked)
         body ...)
       (define (bag-name . formals)
         (check-bag 'bag-name checked)
         body ...)))))

;; ---- making

;;> (set comparator element ...)
;;> A new set of the elements.
;;
;;> (bag comparator element ...)
;;> A new bag of the elements.
(define (set comparator . elements) (from-list #f comparator elements))
(define (bag comparator . elements) (from-list #t comparator elements))

;;> (list->set comparator list)
;;> A new set of the elements of list.
;;
;;> (list->bag comparator list)
;;> A new bag of the elements of list.
(define (list->set comparator list) (from-list #f comparator list))
(define (list->bag comparator list) (from-list #t comparator list))

;;> (set-unfold stop? mapper successor seed comparator)
;;> A new set of (mapper seed), for seed, (successor seed) and so on up to the
;;> one for which stop? is true. The comparator may come first, too.
;;
;;> (bag-unfold stop? mapper successor seed comparator)
;;> A new bag of (mapper seed), for seed, (successor seed) and so on up to the
;;> one for which stop? is true. The comparator may come first, too.
(define (set-unfold stop? mapper successor seed comparator)
  (unfold #f (list stop? mapper successor seed comparator)))
(define (bag-unfold stop? mapper successor seed comparator)
  (unfold #t (list stop? mapper successor seed comparator)))

(define (unfold bag? arguments)
  (if (comparator? (car arguments))
      (unfold bag? (append (cdr arguments) (list (car arguments))))
      (apply (lambda (stop? mapper successor seed comparator)
               (let ((result (new-collection bag? comparator)))
                 (let loop ((seed seed))
                   (if (stop? seed)
                       result
                       (begin
                         (add! result (mapper seed))
                         (loop (successor seed)))))))
             arguments)))

;;> (set-copy set)
;;> A new set of the same elements.
;;
;;> (bag-copy bag)
;;> A new bag of the same elements.
(define-both (set-copy bag-copy) c (c)
  (copy c))

;; ---- asking

;;> (set-element-comparator set)
;;> The comparator of the elements.
;;
;;> (bag-element-comparator bag)
;;> The comparator of the elements.
(define-both (set-element-comparator bag-element-comparator) c (c)
  (collection-comparator c))

;;> (set-empty? set)
;;> Whether the set has no elements.
;;
;;> (bag-empty? bag)
;;> Whether the bag has no elements.
(define-both (set-empty? bag-empty?) c (c)
  (null? (entries c)))

;;> (set-contains? set element)
;;> Whether element is in the set.
;;
;;> (bag-contains? bag element)
;;> Whether element is in the bag.
(define-both (set-contains? bag-contains?) c (c element)
  (and (find-entry c element) #t))

;;> (set-member set element default)
;;> The element of the set that equals element, or default.
;;
;;> (bag-member bag element default)
;;> The element of the bag that equals element, or default.
(define-both (set-member bag-member) c (c element default)
  (let ((entry (find-entry c element)))
    (if entry (entry-element entry) default)))

;;> (set-disjoint? set1 set2)
;;> Whether the sets have no element in common.
;;
;;> (bag-disjoint? bag1 bag2)
;;> Whether the bags have no element in common.
(define-both (set-disjoint? bag-disjoint?) a (a b)
  (check-alike a b)
  (let loop ((rest (entries a)))
    (or (null? rest)
        (and (not (find-entry b (entry-element (car rest))))
             (loop (cdr rest))))))

;;> (set-size set)
;;> The number of elements.
;;
;;> (bag-size bag)
;;> The number of elements.
(define-both (set-size bag-size) c (c)
  (fold (lambda (element n) (+ n 1)) 0 c))

;;> (set-find pred set failure)
;;> An element for which pred is true, or what failure returns.
;;
;;> (bag-find pred bag failure)
;;> An element for which pred is true, or what failure returns.
(define-both (set-find bag-find) c (pred c failure)
  (let loop ((rest (entries c)))
    (cond ((null? rest) (failure))
          ((pred (entry-element (car rest))) (entry-element (car rest)))
          (else (loop (cdr rest))))))

;;> (set-count pred set)
;;> For how many elements pred is true.
;;
;;> (bag-count pred bag)
;;> For how many elements pred is true.
(define-both (set-count bag-count) c (pred c)
  (fold (lambda (element n) (if (pred element) (+ n 1) n)) 0 c))

;;> (set-any? pred set)
;;> Whether pred is true for an element.
;;
;;> (bag-any? pred bag)
;;> Whether pred is true for an element.
(define-both (set-any? bag-any?) c (pred c)
  (let loop ((rest (entries c)))
    (and (pair? rest)
         (or (and (pred (entry-element (car rest))) #t)
             (loop (cdr rest))))))

;;> (set-every? pred set)
;;> Whether pred is true for all elements.
;;
;;> (bag-every? pred bag)
;;> Whether pred is true for all elements.
(define-both (set-every? bag-every?) c (pred c)
  (let loop ((rest (entries c)))
    (or (null? rest)
        (and (pred (entry-element (car rest)))
             (loop (cdr rest))))))

;; ---- walking

;;> (set-fold proc init set)
;;> (proc element so-far) for the elements, starting with init.
;;
;;> (bag-fold proc init bag)
;;> (proc element so-far) for the elements, starting with init.
(define-both (set-fold bag-fold) c (proc init c)
  (fold proc init c))

;;> (set-for-each proc set)
;;> Calls proc on the elements, for its effects.
;;
;;> (bag-for-each proc bag)
;;> Calls proc on the elements, for its effects.
(define-both (set-for-each bag-for-each) c (proc c)
  (fold (lambda (element ignored) (proc element) #f) #f c)
  (if #f #f))

;;> (set-map comparator proc set)
;;> A new set of what proc returns for the elements.
;;
;;> (bag-map comparator proc bag)
;;> A new bag of what proc returns for the elements.
(define-both (set-map bag-map) c (comparator proc c)
  (fold (lambda (element result)
          (add! result (proc element))
          result)
        (new-collection (is-bag? c) comparator)
        c))

;;> (set->list set)
;;> A list of the elements.
;;
;;> (bag->list bag)
;;> A list of the elements.
(define-both (set->list bag->list) c (c)
  (reverse (fold cons '() c)))

;;> (set-filter pred set)
;;> A new set of the elements for which pred is true.
;;
;;> (bag-filter pred bag)
;;> A new bag of the elements for which pred is true.
(define-both (set-filter bag-filter) c (pred c)
  (filter! pred (copy c)))

;;> (set-filter! pred set)
;;> Takes away the elements for which pred is false; the set.
;;
;;> (bag-filter! pred bag)
;;> Takes away the elements for which pred is false; the bag.
(define-both (set-filter! bag-filter!) c (pred c)
  (filter! pred c))

;;> (set-remove pred set)
;;> A new set of the elements for which pred is false.
;;
;;> (bag-remove pred bag)
;;> A new bag of the elements for which pred is false.
(define-both (set-remove bag-remove) c (pred c)
  (filter! (lambda (element) (not (pred element))) (copy c)))

;;> (set-remove! pred set)
;;> Takes away the elements for which pred is true; the set.
;;
;;> (bag-remove! pred bag)
;;> Takes away the elements for which pred is true; the bag.
(define-both (set-remove! bag-remove!) c (pred c)
  (filter! (lambda (element) (not (pred element))) c))

;;> (set-partition pred set)
;;> Two values: new sets of the elements for which pred is true, and of the
;;> others.
;;
;;> (bag-partition pred bag)
;;> Two values: new bags of the elements for which pred is true, and of the
;;> others.
(define-both (set-partition bag-partition) c (pred c)
  (partition! pred (copy c)))

;;> (set-partition! pred set)
;;> Two values: the set with the elements for which pred is true, and a new one
;;> of the others.
;;
;;> (bag-partition! pred bag)
;;> Two values: the bag with the elements for which pred is true, and a new one
;;> of the others.
(define-both (set-partition! bag-partition!) c (pred c)
  (partition! pred c))

(define (partition! pred collection)
  (let ((others (empty-like collection)))
    (for-each
     (lambda (entry)
       (let ((element (entry-element entry)))
         (if (not (pred element))
             (begin
               (set-count! others element (entry-count entry))
               (set-count! collection element 0)))))
     (entries collection))
    (values collection others)))

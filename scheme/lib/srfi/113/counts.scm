;; The representation: elements and how often they are there.

(define-record-type collection
  (make-collection bag? comparator table)
  collection?
  (bag? is-bag?)
  (comparator collection-comparator)
  (table collection-table))              ; element -> entry

;; The element that was put in, and its count.
(define-record-type entry
  (make-entry element count)
  entry?
  (element entry-element)
  (count entry-count))

;;> (set? obj)
;;> Whether obj is a set.
(define (set? obj) (and (collection? obj) (not (is-bag? obj))))

;;> (bag? obj)
;;> Whether obj is a bag.
(define (bag? obj) (and (collection? obj) (is-bag? obj)))

(define (check-set who obj)
  (if (not (set? obj))
      (error (string-append (symbol->string who) ": a set is wanted, got")
             obj)))

(define (check-bag who obj)
  (if (not (bag? obj))
      (error (string-append (symbol->string who) ": a bag is wanted, got")
             obj)))

(define (new-collection bag? comparator)
  (make-collection bag? comparator (make-hash-table comparator)))

(define (empty-like collection)
  (new-collection (is-bag? collection) (collection-comparator collection)))

(define (copy collection)
  (make-collection (is-bag? collection) (collection-comparator collection)
                   (hash-table-copy (collection-table collection) #t)))

;; The entries as they are now.
(define (entries collection)
  (hash-table-values (collection-table collection)))

(define (find-entry collection element)
  (hash-table-ref/default (collection-table collection) element #f))

(define (count-of collection element)
  (let ((entry (find-entry collection element)))
    (if entry (entry-count entry) 0)))

;; Makes element be there count times; the element that is there already stays.
(define (set-count! collection element count)
  (let ((entry (find-entry collection element))
        (table (collection-table collection)))
    (cond ((<= count 0) (if entry (hash-table-delete! table element)))
          (entry
           (if (not (= count (entry-count entry)))
               (hash-table-set! table element
                                (make-entry (entry-element entry) count))))
          (else
           (comparator-check-type (collection-comparator collection) element)
           (hash-table-set! table element (make-entry element count))))))

;; Puts element in once more, or at all.
(define (add! collection element)
  (set-count! collection element
              (if (is-bag? collection)
                  (+ 1 (count-of collection element))
                  1)))

(define (remove-one! collection element)
  (set-count! collection element (- (count-of collection element) 1)))

;; Puts element in the place of the one that equals it, if there is one.
(define (replace! collection element)
  (let ((entry (find-entry collection element)))
    (if entry
        (let ((table (collection-table collection)))
          (hash-table-delete! table element)
          (hash-table-set! table element
                           (make-entry element (entry-count entry)))))))

;; (proc element so-far) for each element, as often as it is there.
(define (fold proc init collection)
  (let loop ((rest (entries collection)) (result init))
    (if (null? rest)
        result
        (let ((element (entry-element (car rest))))
          (let again ((n (entry-count (car rest))) (result result))
            (if (= n 0)
                (loop (cdr rest) result)
                (again (- n 1) (proc element result))))))))

;; Keeps the elements for which pred is true.
(define (filter! pred collection)
  (for-each (lambda (entry)
              (if (not (pred (entry-element entry)))
                  (set-count! collection (entry-element entry) 0)))
            (entries collection))
  collection)

;; Makes one equal in contents to another.
(define (become! collection other)
  (hash-table-clear! (collection-table collection))
  (for-each (lambda (entry)
              (set-count! collection (entry-element entry)
                          (entry-count entry)))
            (entries other))
  collection)

(define (add-all! collection elements)
  (for-each (lambda (element) (add! collection element)) elements)
  collection)

(define (from-list bag? comparator elements)
  (add-all! (new-collection bag? comparator) elements))

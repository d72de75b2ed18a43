;; Mappings as trees: what access.scm and whole.scm are written with.

;;> (mapping? obj)
;;> Whether obj is a mapping.
(define-record-type mapping-record
  (make-mapping comparator tree)
  mapping?
  (comparator key-comparator)
  (tree mapping-tree))

(define (empty-mapping comparator) (make-mapping comparator #f))
(define (like mapping tree) (make-mapping (key-comparator mapping) tree))
(define (less-of mapping)
  (comparator-ordering-predicate (key-comparator mapping)))

(define (lookup mapping key)
  (let ((node (tree-find (mapping-tree mapping) key (less-of mapping))))
    (and node (cons (node-key node) (node-value node)))))

(define (with mapping key value)
  (comparator-check-type (key-comparator mapping) key)
  (like mapping
        (tree-insert (mapping-tree mapping) key value (less-of mapping))))

(define (without mapping key)
  (like mapping (tree-delete (mapping-tree mapping) key (less-of mapping))))

(define (fold-entries proc init mapping)
  (tree-fold proc init (mapping-tree mapping)))

(define (entry-count mapping) (size (mapping-tree mapping)))

(define (first-entry mapping)
  (and (mapping-tree mapping)
       (let ((node (first-node (mapping-tree mapping))))
         (cons (node-key node) (node-value node)))))

;; By their associations, least key first, each by its key and then by its value.
(define (ordering-with comparator)
  (and (comparator-ordered? comparator)
       (lambda (a b)
         (let ((keys (key-comparator a)))
           (let loop ((a (mapping->alist a)) (b (mapping->alist b)))
             (cond ((null? b) #f)
                   ((null? a) #t)
                   ((<? keys (caar a) (caar b)) #t)
                   ((<? keys (caar b) (caar a)) #f)
                   ((<? comparator (cdar a) (cdar b)) #t)
                   ((<? comparator (cdar b) (cdar a)) #f)
                   (else (loop (cdr a) (cdr b)))))))))

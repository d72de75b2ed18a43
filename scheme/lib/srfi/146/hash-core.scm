;; Hashmaps as trees of hashes: what access.scm and whole.scm are written with.  The value
;; of a hash is a list of associations.

(define-record-type hashmap-record
  (make-hashmap comparator count tree)
  mapping?
  (comparator key-comparator)
  (count entry-count)
  (tree hashmap-tree))

(define (empty-mapping comparator) (make-hashmap comparator 0 #f))

(define (hash-of mapping key)
  (comparator-hash (key-comparator mapping) key))

(define (bucket mapping hash)
  (let ((node (tree-find (hashmap-tree mapping) hash <)))
    (if node (node-value node) '())))

(define (equality-of mapping)
  (comparator-equality-predicate (key-comparator mapping)))

(define (lookup mapping key)
  (assoc key (bucket mapping (hash-of mapping key)) (equality-of mapping)))

;; The bucket without the key.
(define (bucket-without mapping bucket key)
  (let ((same? (equality-of mapping)))
    (let loop ((rest bucket))
      (cond ((null? rest) '())
            ((same? key (caar rest)) (cdr rest))
            (else (cons (car rest) (loop (cdr rest))))))))

;; A hashmap with another bucket for the hash.
(define (with-bucket mapping hash old new)
  (make-hashmap (key-comparator mapping)
                (+ (entry-count mapping) (- (length new) (length old)))
                (if (null? new)
                    (tree-delete (hashmap-tree mapping) hash <)
                    (tree-insert (hashmap-tree mapping) hash new <))))

(define (with mapping key value)
  (comparator-check-type (key-comparator mapping) key)
  (let* ((hash (hash-of mapping key)) (old (bucket mapping hash)))
    (with-bucket mapping hash old
                 (cons (cons key value)
                       (bucket-without mapping old key)))))

(define (without mapping key)
  (let* ((hash (hash-of mapping key)) (old (bucket mapping hash)))
    (with-bucket mapping hash old (bucket-without mapping old key))))

(define (fold-entries proc init mapping)
  (tree-fold (lambda (hash bucket result)
               (let loop ((rest bucket) (result result))
                 (if (null? rest)
                     result
                     (loop (cdr rest)
                           (proc (caar rest) (cdar rest) result)))))
             init (hashmap-tree mapping)))

(define (first-entry mapping)
  (and (hashmap-tree mapping)
       (car (node-value (first-node (hashmap-tree mapping))))))

(define (ordering-with comparator) #f)

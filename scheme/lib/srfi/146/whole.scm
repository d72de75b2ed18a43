;; All associations at once.

;;> (mapping-size mapping)
;;> The number of keys.
(define (mapping-size mapping)
  (check-mapping "mapping-size" mapping)
  (entry-count mapping))

;;> (mapping-fold proc init mapping)
;;> (proc key value so-far) for all keys, starting with init; in order, where
;;> keys are ordered.
(define (mapping-fold proc init mapping)
  (check-mapping "mapping-fold" mapping)
  (fold-entries proc init mapping))

;;> (mapping->alist mapping)
;;> A list of pairs (key . value).
(define (mapping->alist mapping) (mapping-map->list cons mapping))

;;> (mapping-map->list proc mapping)
;;> A list of what (proc key value) returns.
(define (mapping-map->list proc mapping)
  (reverse
   (mapping-fold (lambda (key value list) (cons (proc key value) list))
                 '() mapping)))

;;> (mapping-keys mapping)
;;> A list of the keys.
(define (mapping-keys mapping)
  (mapping-map->list (lambda (key value) key) mapping))

;;> (mapping-values mapping)
;;> A list of the values.
(define (mapping-values mapping)
  (mapping-map->list (lambda (key value) value) mapping))

;;> (mapping-entries mapping)
;;> Two values: the lists of the keys and of their values.
(define (mapping-entries mapping)
  (values (mapping-keys mapping) (mapping-values mapping)))

;;> (mapping-find pred mapping failure)
;;> Two values: a key, the least where keys are ordered, and its value for which
;;> pred is true; otherwise what failure returns.
(define (mapping-find pred mapping failure)
  (let loop ((rest (mapping->alist mapping)))
    (cond ((null? rest) (failure))
          ((pred (caar rest) (cdar rest)) (values (caar rest) (cdar rest)))
          (else (loop (cdr rest))))))

;;> (mapping-count pred mapping)
;;> For how many keys (pred key value) is true.
(define (mapping-count pred mapping)
  (mapping-fold (lambda (key value n) (if (pred key value) (+ n 1) n))
                0 mapping))

;;> (mapping-any? pred mapping)
;;> Whether (pred key value) is true for a key.
(define (mapping-any? pred mapping)
  (let loop ((rest (mapping->alist mapping)))
    (and (pair? rest)
         (or (and (pred (caar rest) (cdar rest)) #t)
             (loop (cdr rest))))))

;;> (mapping-every? pred mapping)
;;> Whether (pred key value) is true for all keys.
(define (mapping-every? pred mapping)
  (not (mapping-any? (lambda (key value) (not (pred key value))) mapping)))

;;> (mapping-for-each proc mapping)
;;> Calls (proc key value) for all keys, for its effects.
(define (mapping-for-each proc mapping)
  (for-each (lambda (entry) (proc (car entry) (cdr entry)))
            (mapping->alist mapping)))

;;> (mapping-map proc comparator mapping)
;;> A mapping of the keys and values that (proc key value) returns as two
;;> values.
(define (mapping-map proc comparator mapping)
  (mapping-fold (lambda (key value result)
                  (call-with-values
                    (lambda () (proc key value))
                    (lambda (key value) (adjoin result key value))))
                (empty-mapping comparator)
                mapping))

;;> (mapping-filter pred mapping)
;;> A mapping of the keys for which (pred key value) is true.
(define (mapping-filter pred mapping)
  (mapping-fold (lambda (key value result)
                  (if (pred key value) result (without result key)))
                mapping mapping))

;;> (mapping-filter! pred mapping)
;;> The same, for when the old one is not used any more.
(define mapping-filter! mapping-filter)

;;> (mapping-remove pred mapping)
;;> A mapping of the keys for which (pred key value) is false.
(define (mapping-remove pred mapping)
  (mapping-filter (lambda (key value) (not (pred key value))) mapping))

;;> (mapping-remove! pred mapping)
;;> The same, for when the old one is not used any more.
(define mapping-remove! mapping-remove)

;;> (mapping-partition pred mapping)
;;> Two values: mappings of the keys for which (pred key value) is true, and of
;;> the others.
(define (mapping-partition pred mapping)
  (let loop ((rest (mapping->alist mapping)) (in mapping) (out mapping))
    (cond ((null? rest) (values in out))
          ((pred (caar rest) (cdar rest))
           (loop (cdr rest) in (without out (caar rest))))
          (else (loop (cdr rest) (without in (caar rest)) out)))))

;;> (mapping-partition! pred mapping)
;;> The same, for when the old one is not used any more.
(define mapping-partition! mapping-partition)

;;> (mapping-copy mapping)
;;> The mapping itself, as it never changes.
(define (mapping-copy mapping)
  (check-mapping "mapping-copy" mapping)
  mapping)

;; ---- several mappings

(define (check-alike who a b)
  (check-mapping who a)
  (check-mapping who b)
  (if (not (eq? (key-comparator a) (key-comparator b)))
      (error (string-append who ": mappings with different comparators")
             a b)))

;; (combine a b) from left to right.
(define (combine-all who combine first others)
  (check-mapping who first)
  (let loop ((result first) (rest others))
    (if (null? rest)
        result
        (begin
          (check-alike who result (car rest))
          (loop (combine result (car rest)) (cdr rest))))))

;;> (mapping-disjoint? mapping1 mapping2)
;;> Whether they have no key in common.
(define (mapping-disjoint? a b)
  (check-alike "mapping-disjoint?" a b)
  (not (mapping-any? (lambda (key value) (lookup b key)) a)))

;;> (mapping-union mapping1 mapping2 ...)
;;> A mapping of the keys of all of them; values come from the first that has
;;> the key.
(define (mapping-union mapping . mappings)
  (combine-all "mapping-union"
               (lambda (a b)
                 (mapping-fold (lambda (key value result)
                                 (adjoin result key value))
                               a b))
               mapping mappings))

;;> (mapping-union! mapping1 mapping2 ...)
;;> The same, for when the old one is not used any more.
(define mapping-union! mapping-union)

;;> (mapping-intersection mapping1 mapping2 ...)
;;> A mapping of the keys that all of them have, with the values of the first.
(define (mapping-intersection mapping . mappings)
  (combine-all "mapping-intersection"
               (lambda (a b)
                 (mapping-filter (lambda (key value) (lookup b key)) a))
               mapping mappings))

;;> (mapping-intersection! mapping1 mapping2 ...)
;;> The same, for when the old one is not used any more.
(define mapping-intersection! mapping-intersection)

;;> (mapping-difference mapping1 mapping2 ...)
;;> A mapping of the keys of the first that the others have not.
(define (mapping-difference mapping . mappings)
  (combine-all "mapping-difference"
               (lambda (a b)
                 (mapping-remove (lambda (key value) (lookup b key)) a))
               mapping mappings))

;;> (mapping-difference! mapping1 mapping2 ...)
;;> The same, for when the old one is not used any more.
(define mapping-difference! mapping-difference)

;;> (mapping-xor mapping1 mapping2)
;;> A mapping of the keys that only one of them has.
(define (mapping-xor a b)
  (check-alike "mapping-xor" a b)
  (mapping-fold (lambda (key value result)
                  (if (lookup a key)
                      (without result key)
                      (with result key value)))
                a b))

;;> (mapping-xor! mapping1 mapping2)
;;> The same, for when the old one is not used any more.
(define mapping-xor! mapping-xor)

;; Whether all of a's keys have equal values in b.
(define (within? comparator a b)
  (check-alike "mapping<=?" a b)
  (mapping-every? (lambda (key value)
                    (let ((entry (lookup b key)))
                      (and entry (=? comparator value (cdr entry)))))
                  a))
(define (same? comparator a b)
  (and (= (mapping-size a) (mapping-size b)) (within? comparator a b)))
(define (properly-within? comparator a b)
  (and (< (mapping-size a) (mapping-size b)) (within? comparator a b)))

(define (chain-compare related? first others)
  (let loop ((a first) (rest others))
    (or (null? rest)
        (and (related? a (car rest))
             (loop (car rest) (cdr rest))))))

;;> (mapping=? comparator mapping1 mapping2 ...)
;;> Whether all have the same keys with values that are equal by comparator.
(define (mapping=? comparator mapping . mappings)
  (chain-compare (lambda (a b) (same? comparator a b))
                 mapping mappings))

;;> (mapping<? comparator mapping1 mapping2 ...)
;;> Whether each has its keys and values in the next, which has more.
(define (mapping<? comparator mapping . mappings)
  (chain-compare (lambda (a b) (properly-within? comparator a b))
                 mapping mappings))

;;> (mapping>? comparator mapping1 mapping2 ...)
;;> Whether each has the keys and values of the next, and more.
(define (mapping>? comparator mapping . mappings)
  (chain-compare (lambda (a b) (properly-within? comparator b a))
                 mapping mappings))

;;> (mapping<=? comparator mapping1 mapping2 ...)
;;> Whether each has its keys and values in the next.
(define (mapping<=? comparator mapping . mappings)
  (chain-compare (lambda (a b) (within? comparator a b))
                 mapping mappings))

;;> (mapping>=? comparator mapping1 mapping2 ...)
;;> Whether each has the keys and values of the next.
(define (mapping>=? comparator mapping . mappings)
  (chain-compare (lambda (a b) (within? comparator b a))
                 mapping mappings))

;; The sum of the hashes of keys and values, whatever the order.
(define (hash-with comparator)
  (lambda (mapping)
    (mapping-fold
     (lambda (key value hash)
       (modulo (+ hash
                  (comparator-hash (key-comparator mapping) key)
                  (* 31 (comparator-hash comparator value)))
               (hash-bound)))
     (hash-salt)
     mapping)))

;;> (make-mapping-comparator comparator)
;;> A comparator of mappings whose values are compared by comparator.
(define (make-mapping-comparator comparator)
  (make-comparator mapping?
                   (lambda (a b) (same? comparator a b))
                   (ordering-with comparator)
                   (and (comparator-hashable? comparator)
                        (hash-with comparator))))

;;> (mapping-comparator)
;;> A variable: a comparator of mappings with values of any kind.
(define mapping-comparator
  (make-mapping-comparator (make-default-comparator)))

;; Associations, one at a time.  This file and whole.scm know nothing of how a mapping is
;; made but what core.scm (or hash-core.scm, for hashmaps) says: lookup gives the entry of
;; a key, a pair, or #f; with and without give mappings changed in one key; fold-entries
;; visits all.

(define (check-mapping who obj)
  (if (not (mapping? obj))
      (error (string-append who ": a mapping of this kind is wanted, got")
             obj)))

;;> (mapping comparator [key value] ...)
;;> A mapping of the keys to the values; the first of equal keys counts.
(define (mapping comparator . keys+values)
  (adjoin-all (empty-mapping comparator) keys+values))

;; Puts in the keys that are not there.
(define (adjoin-all mapping keys+values)
  (let loop ((result mapping) (rest keys+values))
    (cond ((null? rest) result)
          ((null? (cdr rest))
           (error "mapping: the last key has no value" (car rest)))
          (else (loop (adjoin result (car rest) (cadr rest))
                      (cddr rest))))))

(define (adjoin mapping key value)
  (if (lookup mapping key) mapping (with mapping key value)))

;;> (mapping-unfold stop? mapper successor seed comparator)
;;> A mapping of the keys and values that (mapper seed) returns as two values,
;;> for seed, (successor seed) and so on up to the one for which stop? is true.
(define (mapping-unfold stop? mapper successor seed comparator)
  (let loop ((seed seed) (result (empty-mapping comparator)))
    (if (stop? seed)
        result
        (loop (successor seed)
              (call-with-values
                (lambda () (mapper seed))
                (lambda (key value) (adjoin result key value)))))))

;;> (alist->mapping comparator alist)
;;> A mapping of the pairs (key . value); the first of equal keys counts.
(define (alist->mapping comparator alist)
  (alist->mapping! (empty-mapping comparator) alist))

;;> (alist->mapping! mapping alist)
;;> A mapping with the pairs (key . value) as well, for keys that are not there
;;> yet.
(define (alist->mapping! mapping alist)
  (check-mapping "alist->mapping!" mapping)
  (let loop ((result mapping) (rest alist))
    (if (null? rest)
        result
        (loop (adjoin result (caar rest) (cdar rest)) (cdr rest)))))

;;> (mapping-key-comparator mapping)
;;> The comparator of the keys.
(define (mapping-key-comparator mapping)
  (check-mapping "mapping-key-comparator" mapping)
  (key-comparator mapping))

;;> (mapping-empty? mapping)
;;> Whether the mapping has no keys.
(define (mapping-empty? mapping) (= 0 (mapping-size mapping)))

;;> (mapping-contains? mapping key)
;;> Whether key is one of the mapping.
(define (mapping-contains? mapping key)
  (check-mapping "mapping-contains?" mapping)
  (and (lookup mapping key) #t))

;;> (mapping-ref mapping key [failure [success]])
;;> What success returns for the value of key, or the value; if it is not there,
;;> what failure returns, or an error.
(define mapping-ref
  (case-lambda
    ((mapping key)
     (mapping-ref mapping key
                  (lambda () (error "mapping-ref: no such key" key))))
    ((mapping key failure) (mapping-ref mapping key failure values))
    ((mapping key failure success)
     (check-mapping "mapping-ref" mapping)
     (let ((entry (lookup mapping key)))
       (if entry (success (cdr entry)) (failure))))))

;;> (mapping-ref/default mapping key default)
;;> The value of key, or default.
(define (mapping-ref/default mapping key default)
  (check-mapping "mapping-ref/default" mapping)
  (let ((entry (lookup mapping key)))
    (if entry (cdr entry) default)))

;;> (mapping-adjoin mapping [key value] ...)
;;> A mapping with the keys as well, for those that are not there yet.
(define (mapping-adjoin mapping . keys+values)
  (check-mapping "mapping-adjoin" mapping)
  (adjoin-all mapping keys+values))

;;> (mapping-adjoin! mapping [key value] ...)
;;> The same, for when the old one is not used any more.
(define mapping-adjoin! mapping-adjoin)

;;> (mapping-set mapping [key value] ...)
;;> A mapping with those values for the keys.
(define (mapping-set mapping . keys+values)
  (check-mapping "mapping-set" mapping)
  (let loop ((result mapping) (rest keys+values))
    (cond ((null? rest) result)
          ((null? (cdr rest))
           (error "mapping-set: the last key has no value" (car rest)))
          (else (loop (with result (car rest) (cadr rest))
                      (cddr rest))))))

;;> (mapping-set! mapping [key value] ...)
;;> The same, for when the old one is not used any more.
(define mapping-set! mapping-set)

;;> (mapping-replace mapping key value)
;;> A mapping with that value for key, if the key is there.
(define (mapping-replace mapping key value)
  (check-mapping "mapping-replace" mapping)
  (if (lookup mapping key) (with mapping key value) mapping))

;;> (mapping-replace! mapping key value)
;;> The same, for when the old one is not used any more.
(define mapping-replace! mapping-replace)

;;> (mapping-delete mapping key ...)
;;> A mapping without the keys.
(define (mapping-delete mapping . keys) (mapping-delete-all mapping keys))

;;> (mapping-delete! mapping key ...)
;;> The same, for when the old one is not used any more.
(define mapping-delete! mapping-delete)

;;> (mapping-delete-all mapping list)
;;> A mapping without the keys in list.
(define (mapping-delete-all mapping keys)
  (check-mapping "mapping-delete-all" mapping)
  (let loop ((result mapping) (rest keys))
    (if (null? rest)
        result
        (loop (without result (car rest)) (cdr rest)))))

;;> (mapping-delete-all! mapping list)
;;> The same, for when the old one is not used any more.
(define mapping-delete-all! mapping-delete-all)

;;> (mapping-intern mapping key failure)
;;> Two values: the mapping and the value of key; if it is not there, a mapping
;;> with what failure returns as its value, and that.
(define (mapping-intern mapping key failure)
  (check-mapping "mapping-intern" mapping)
  (let ((entry (lookup mapping key)))
    (if entry
        (values mapping (cdr entry))
        (let ((value (failure)))
          (values (with mapping key value) value)))))

;;> (mapping-intern! mapping key failure)
;;> The same, for when the old one is not used any more.
(define mapping-intern! mapping-intern)

;;> (mapping-update mapping key updater [failure [success]])
;;> A mapping whose value for key is (updater value), the value coming from
;;> mapping-ref.
(define (mapping-update mapping key updater 2 . options)
  (with mapping key
        (updater (apply mapping-ref mapping key options))))

;;> (mapping-update! mapping key updater [failure [success]])
;;> The same, for when the old one is not used any more.
(define mapping-update! mapping-update)

;;> (mapping-update/default mapping key updater default)
;;> A mapping whose value for key is (updater value), or (updater default) if it
;;> is not there.
(define (mapping-update/default mapping key updater default)
  (mapping-update mapping key updater (lambda () default)))

;;> (mapping-update!/default mapping key updater default)
;;> The same, for when the old one is not used any more.
(define mapping-update!/default mapping-update/default)

;;> (mapping-pop mapping [failure])
;;> Three values: a mapping without one of the keys, that key (the least, where
;;> keys are ordered) and its value. For an empty one, what failure returns, or
;;> an error.
(define (mapping-pop mapping 1 . failure)
  (check-mapping "mapping-pop" mapping)
  (let ((entry (first-entry mapping)))
    (cond (entry
           (values (without mapping (car entry)) (car entry) (cdr entry)))
          ((pair? failure) ((car failure)))
          (else (error "mapping-pop: the mapping is empty" mapping)))))

;;> (mapping-pop! mapping [failure])
;;> The same, for when the old one is not used any more.
(define mapping-pop! mapping-pop)

;;> (mapping-search mapping key failure success)
;;> Tail calls (failure insert ignore), or (success found value update remove)
;;> when key is there. (insert value obj), (ignore obj), (update new-key
;;> new-value obj) and (remove obj) return the mapping, changed or not, and obj
;;> as two values.
(define (mapping-search mapping key failure success)
  (check-mapping "mapping-search" mapping)
  (let ((entry (lookup mapping key)))
    (if entry
        (success (car entry) (cdr entry)
                 (lambda (new-key new-value obj)
                   (values (with (without mapping key) new-key new-value)
                           obj))
                 (lambda (obj) (values (without mapping key) obj)))
        (failure (lambda (value obj) (values (with mapping key value) obj))
                 (lambda (obj) (values mapping obj))))))

;;> (mapping-search! mapping key failure success)
;;> The same, for when the old one is not used any more.
(define mapping-search! mapping-search)

;; Hash tables beyond (fermata table).

(define %absent (list 'absent))

;;> (make-hash-table comparator arg ...)
;;> A new hash table for keys of the comparator. Instead of it an equality, and then
;;> perhaps a hash function, may be given. The symbols weak-keys, ephemeral-keys,
;;> weak-values and ephemeral-values make the table weak, if its equality is one of
;;> R7RS; other arguments have no effect.
(define (make-hash-table comparator . options)
  (if (comparator? comparator)
      (apply %make-hash-table
             (comparator-equality-predicate comparator)
             (comparator-hash-function comparator)
             options)
      (apply %make-hash-table comparator options)))

;;> (hash-table comparator [key value] ...)
;;> A new hash table with those keys and values.
(define (hash-table comparator . keys+values)
  (let ((table (make-hash-table comparator)))
    (let loop ((rest keys+values))
      (cond ((null? rest) table)
            ((not (pair? (cdr rest)))
             (error "hash-table: the last key has no value:" (car rest)))
            ((hash-table-contains? table (car rest))
             (error "hash-table: the key is there twice:" (car rest)))
            (else
             (%hash-table-set! table (car rest) (cadr rest))
             (loop (cddr rest)))))))

;;> (hash-table-unfold stop? mapper successor seed comparator arg ...)
;;> A new hash table of the keys and values that (mapper seed) returns as two values,
;;> for seed, (successor seed) and so on up to the one for which stop? is true.
(define (hash-table-unfold stop? mapper successor seed comparator . options)
  (let ((table (apply make-hash-table comparator options)))
    (let loop ((seed seed))
      (if (stop? seed)
          table
          (begin
            (call-with-values
              (lambda () (mapper seed))
              (lambda (key value) (%hash-table-set! table key value)))
            (loop (successor seed)))))))

;;> (alist->hash-table alist comparator arg ...)
;;> A new hash table of the pairs (key . value); the first of equal keys counts.
(define (alist->hash-table alist . options)
  (let ((table (if (pair? options)
                   (apply make-hash-table options)
                   (%make-hash-table))))
    (let loop ((rest alist))
      (if (null? rest)
          table
          (begin
            (if (not (hash-table-contains? table (caar rest)))
                (%hash-table-set! table (caar rest) (cdar rest)))
            (loop (cdr rest)))))))

;;> (hash-table-mutable? table)
;;> #t: every table can be changed.
(define (hash-table-mutable? table)
  (if (hash-table? table)
      #t
      (%wrong-type 'hash-table-mutable? 1 "a hash table" table)))

;;> (hash-table=? value-comparator table1 table2)
;;> Whether both tables have the same keys with equal values.
(define (hash-table=? comparator table1 table2)
  (let ((same? (comparator-equality-predicate comparator)))
    (and (= (hash-table-size table1) (hash-table-size table2))
         (let loop ((rest (hash-table->alist table1)))
           (or (null? rest)
               (let ((value (hash-table-ref/default table2 (caar rest)
                                                    %absent)))
                 (and (not (eq? value %absent))
                      (same? (cdar rest) value)
                      (loop (cdr rest)))))))))

;;> (hash-table-set! table key value ...)
;;> Makes each value the value of the key before it.
(define hash-table-set!
  (case-lambda
    ((table key value) (%hash-table-set! table key value))
    ((table . keys+values)
     (let loop ((rest keys+values))
       (if (pair? rest)
           (begin
             (if (not (pair? (cdr rest)))
                 (error "hash-table-set!: the last key has no value:"
                        (car rest)))
             (%hash-table-set! table (car rest) (cadr rest))
             (loop (cddr rest))))))))

;;> (hash-table-delete! table key ...)
;;> Removes the keys; how many of them were there.
(define (hash-table-delete! table . keys)
  (let loop ((rest keys) (n 0))
    (if (null? rest)
        n
        (loop (cdr rest)
              (if (%hash-table-delete! table (car rest)) (+ n 1) n)))))

;;> (hash-table-pop! table)
;;> Removes a key; two values: the key and its value. An error for an empty table.
(define (hash-table-pop! table)
  (let ((keys (hash-table-keys table)))
    (if (null? keys)
        (%out-of-range 'hash-table-pop! 1 "a table that is not empty" table))
    (let ((value (hash-table-ref table (car keys))))
      (%hash-table-delete! table (car keys))
      (values (car keys) value))))

;;> (hash-table-entries table)
;;> Two values: the lists of the keys and of their values, in the same order.
(define (hash-table-entries table)
  (let ((alist (hash-table->alist table)))
    (let loop ((rest (reverse alist)) (keys '()) (vals '()))
      (if (null? rest)
          (values keys vals)
          (loop (cdr rest)
                (cons (caar rest) keys)
                (cons (cdar rest) vals))))))

;;> (hash-table-find proc table [failure])
;;> The first true value that (proc key value) returns; without any, what the thunk failure
;;> returns, #f when none is given.
(define (hash-table-find proc table 1 . failure)
  (let loop ((rest (hash-table->alist table)))
    (cond ((pair? rest)
           (or (proc (caar rest) (cdar rest)) (loop (cdr rest))))
          ((pair? failure) ((car failure)))
          (else #f))))

;;> (hash-table-map proc comparator table)
;;> A new hash table with the same keys and (proc value) as their values.
(define (hash-table-map proc comparator table)
  (let ((result (make-hash-table comparator)))
    (hash-table-for-each
     (lambda (key value) (%hash-table-set! result key (proc value)))
     table)
    result))

;;> (hash-table-map! proc table)
;;> Makes (proc key value) the value of each key.
(define (hash-table-map! proc table)
  (hash-table-for-each
   (lambda (key value) (%hash-table-set! table key (proc key value)))
   table))

;;> (hash-table-prune! pred table)
;;> Removes the keys for which (pred key value) is true.
(define (hash-table-prune! pred table)
  (hash-table-for-each
   (lambda (key value) (if (pred key value) (%hash-table-delete! table key)))
   table))

;;> (hash-table-empty-copy table)
;;> A new table without keys that compares as this one does.
(define (hash-table-empty-copy table)
  (apply %make-hash-table
         (hash-table-equivalence-function table)
         (hash-table-hash-function table)
         (case (%table-weakness table)
           ((keys) '(weak-keys))
           ((values) '(weak-values))
           ((both) '(weak-keys weak-values))
           (else '()))))

;; ---- tables as sets of keys; each changes and returns the first table

;;> (hash-table-union! table1 table2)
;;> Adds to table1 the keys of table2 that it does not have.
(define (hash-table-union! table1 table2)
  (hash-table-for-each
   (lambda (key value)
     (if (not (hash-table-contains? table1 key))
         (%hash-table-set! table1 key value)))
   table2)
  table1)

;;> (hash-table-merge! table1 table2)
;;> The same as hash-table-union!.
(define (hash-table-merge! table1 table2) (hash-table-union! table1 table2))

;;> (hash-table-intersection! table1 table2)
;;> Removes from table1 the keys that table2 does not have.
(define (hash-table-intersection! table1 table2)
  (hash-table-prune! (lambda (key value)
                       (not (hash-table-contains? table2 key)))
                     table1)
  table1)

;;> (hash-table-difference! table1 table2)
;;> Removes from table1 the keys that table2 has.
(define (hash-table-difference! table1 table2)
  (hash-table-prune! (lambda (key value) (hash-table-contains? table2 key))
                     table1)
  table1)

;;> (hash-table-xor! table1 table2)
;;> Removes from table1 the keys that table2 has, and adds those that only table2 has.
(define (hash-table-xor! table1 table2)
  (hash-table-for-each
   (lambda (key value)
     (if (hash-table-contains? table1 key)
         (%hash-table-delete! table1 key)
         (%hash-table-set! table1 key value)))
   table2)
  table1)

;; Hash tables, with the names of SRFI 69 and the common ones of SRFI 125.
;;
;; Tables compared by eq?, eqv?, equal? or string=? are native.  For any other equality
;; a table holds buckets by hash, and what searches a bucket is written here: the
;; user's procedures run as ordinary code, which may wait or escape.
(define-library (fermata table)
  (export make-hash-table make-eq-hash-table make-eqv-hash-table
          make-equal-hash-table make-string-hash-table alist->hash-table
          hash-table?
          hash-table-ref hash-table-ref/default hash-table-set!
          hash-table-delete! hash-table-contains? hash-table-exists?
          hash-table-update! hash-table-update!/default hash-table-intern!
          hash-table-count hash-table-size hash-table-empty?
          hash-table-keys hash-table-values hash-table->alist
          hash-table-walk hash-table-for-each hash-table-map->list
          hash-table-fold hash-table-copy hash-table-clear! hash-table-merge!
          hash-table-equivalence-function hash-table-hash-function
          hash hash-by-identity eq-hash eqv-hash equal-hash
          string-hash string-ci-hash)
  (import (fermata builtins))
  (begin

    ;; ---- hash functions

    ;;> (hash obj [bound])
    ;;> A hash of obj that agrees with equal?.
    (define (hash obj 1 . bound) (apply equal-hash obj bound))

    ;;> (hash-by-identity obj [bound])
    ;;> A hash of obj that agrees with eq?.
    (define (hash-by-identity obj 1 . bound) (apply eq-hash obj bound))

    ;;> (string-ci-hash string [bound])
    ;;> A hash of the string that agrees with string-ci=?.
    (define (string-ci-hash string 1 . bound)
      (apply string-hash (string-foldcase string) bound))

    ;; Numbers that are = hash alike: every one through its nearest inexact.
    (define (%number-hash number)
      (equal-hash (+ 0.0 number)))

    ;; An equality that nothing is known of: all keys share one bucket, which is slow
    ;; but right. Who wants it fast gives a hash function.
    (define (%no-hash obj) 0)

    (define (%hash-for same?)
      (cond ((eq? same? string-ci=?) string-ci-hash)
            ((eq? same? =) %number-hash)
            ((eq? same? char-ci=?)
             (lambda (char) (equal-hash (char-foldcase char))))
            (else %no-hash)))

    ;; ---- making

    ;;> (make-hash-table [same? [hash]] option ...)
    ;;> A new hash table whose keys are compared by same?, equal? if nothing is
    ;;> said, and found by hash, which need not be given for the equalities of
    ;;> R7RS. It keeps the order in which keys come in. With the option weak-keys or
    ;;> ephemeral-keys it keeps no key that nothing else refers to, the value of the
    ;;> key not counting, and with weak-values or ephemeral-values no such value; its
    ;;> equality must be one of R7RS then. Other options have no effect.
    (define (make-hash-table . options)
      (if (and (pair? options) (not (procedure? (car options))))
          (%wrong-type 'make-hash-table 1 "a procedure" (car options)))
      (let ((same? (if (pair? options) (car options) equal?))
            (hash (and (pair? options)
                       (pair? (cdr options))
                       (procedure? (cadr options))
                       (cadr options)))
            (weak (%weakness options)))
        (cond ((eq? same? equal?) (%make-table 'equal equal? equal-hash #f weak))
              ((eq? same? eq?) (%make-table 'eq eq? eq-hash #f weak))
              ((or (eq? same? eqv?) (eq? same? char=?) (eq? same? symbol=?))
               (%make-table 'eqv same? eqv-hash #f weak))
              ((eq? same? string=?)
               (%make-table 'string string=? string-hash #f weak))
              (weak
               (%out-of-range 'make-hash-table 1
                              "eq?, eqv?, equal? or string=? for a weak table"
                              same?))
              (else
               (%make-table 'custom same? (or hash (%hash-for same?))
                            %custom-procedures)))))

    ;; What the options say of weakness, as %make-table takes it.
    (define (%weakness options)
      (let ((keys? (or (memq 'weak-keys options) (memq 'ephemeral-keys options)))
            (values? (or (memq 'weak-values options)
                         (memq 'ephemeral-values options))))
        (cond ((and keys? values?) 'both)
              (keys? 'keys)
              (values? 'values)
              (else #f))))

    ;;> (make-eq-hash-table)
    ;;> A new hash table whose keys are compared by eq?.
    (define (make-eq-hash-table) (make-hash-table eq?))
    ;;> (make-eqv-hash-table)
    ;;> A new hash table whose keys are compared by eqv?.
    (define (make-eqv-hash-table) (make-hash-table eqv?))
    ;;> (make-equal-hash-table)
    ;;> A new hash table whose keys are compared by equal?.
    (define (make-equal-hash-table) (make-hash-table equal?))
    ;;> (make-string-hash-table)
    ;;> A new hash table whose keys are strings.
    (define (make-string-hash-table) (make-hash-table string=?))

    ;;> (alist->hash-table alist [same? [hash]])
    ;;> A new hash table of the pairs (key . value); the first of equal keys counts.
    (define (alist->hash-table alist 2 . options)
      (let ((table (apply make-hash-table options)))
        (let loop ((rest alist))
          (if (pair? rest)
              (begin
                (if (not (hash-table-contains? table (caar rest)))
                    (hash-table-set! table (caar rest) (cdar rest)))
                (loop (cdr rest)))
              table))))

    ;; ---- tables of any equality: the natives go on as one of these

    (define (%hash-in table key)
      ((hash-table-hash-function table) key))

    ;; The pair (key . value) in the bucket, or #f.
    (define (%entry table key bucket)
      (let ((same? (hash-table-equivalence-function table)))
        (let loop ((rest bucket))
          (cond ((null? rest) #f)
                ((same? (caar rest) key) (car rest))
                (else (loop (cdr rest)))))))

    (define (%custom-lookup table key default)
      (let ((entry (%entry table key (%table-bucket table (%hash-in table key)))))
        (if entry (cdr entry) default)))

    (define (%custom-contains? table key)
      (if (%entry table key (%table-bucket table (%hash-in table key))) #t #f))

    ;; While keys were compared another task may have changed the bucket: then the
    ;; search is made again.
    (define (%custom-set! table key value)
      (let* ((hash (%hash-in table key))
             (bucket (%table-bucket table hash))
             (entry (%entry table key bucket)))
        (cond ((not (%table-replace-bucket!
                     table hash bucket
                     (if entry bucket (cons (cons key value) bucket))))
               (%custom-set! table key value))
              (entry (set-cdr! entry value)))))

    (define (%custom-delete! table key)
      (let* ((hash (%hash-in table key))
             (bucket (%table-bucket table hash))
             (entry (%entry table key bucket)))
        (cond ((not entry) #f)
              ((%table-replace-bucket! table hash bucket (%without entry bucket)) #t)
              (else (%custom-delete! table key)))))

    (define (%without entry bucket)
      (let loop ((rest bucket) (before '()))
        (if (eq? (car rest) entry)
            (append-reverse before (cdr rest))
            (loop (cdr rest) (cons (car rest) before)))))

    (define %custom-procedures
      (vector %custom-lookup %custom-set! %custom-delete! %custom-contains?))

    ;; ---- looking up and changing

    (define %absent (list 'absent))

    ;;> (hash-table-ref table key [fail [succeed]])
    ;;> The value of key, or (succeed value); when there is none, (fail), and without
    ;;> fail an error.
    (define (hash-table-ref table key 2 . options)
      (let ((value (hash-table-ref/default table key %absent)))
        (cond ((eq? value %absent)
               (if (and (pair? options) (car options))
                   ((car options))
                   (%out-of-range 'hash-table-ref 2 "a key of the table" key)))
              ((and (pair? options) (pair? (cdr options)))
               ((cadr options) value))
              (else value))))

    ;;> (hash-table-exists? table key)
    ;;> The same as hash-table-contains?.
    (define (hash-table-exists? table key)
      (hash-table-contains? table key))

    ;;> (hash-table-update! table key proc [fail [succeed]])
    ;;> Makes (proc value) the value of key, value being what hash-table-ref gives.
    (define (hash-table-update! table key proc 2 . options)
      (let ((value (hash-table-ref/default table key %absent)))
        (hash-table-set!
         table key
         (proc (cond ((eq? value %absent)
                      (if (and (pair? options) (car options))
                          ((car options))
                          (%out-of-range 'hash-table-update! 2
                                         "a key of the table" key)))
                     ((and (pair? options) (pair? (cdr options)))
                      ((cadr options) value))
                     (else value))))))

    ;;> (hash-table-update!/default table key proc default)
    ;;> Makes (proc value) the value of key, value being default if there is none.
    (define (hash-table-update!/default table key proc default)
      (hash-table-set! table key
                       (proc (hash-table-ref/default table key default))))

    ;;> (hash-table-intern! table key make)
    ;;> The value of key; when there is none it becomes (make).
    (define (hash-table-intern! table key make)
      (let ((value (hash-table-ref/default table key %absent)))
        (if (eq? value %absent)
            (let ((value (make)))
              (hash-table-set! table key value)
              value)
            value)))

    ;; ---- the whole table

    ;;> (hash-table-empty? table)
    ;;> Whether the table has no keys.
    (define (hash-table-empty? table)
      (= (hash-table-size table) 0))

    ;;> (hash-table-count table [pred])
    ;;> The number of keys, or of those for which (pred key value) is true.
    (define (hash-table-count table 1 . pred)
      (cond ((null? pred) (hash-table-size table))
            ((and (procedure? table) (not (procedure? (car pred))))
             (hash-table-count (car pred) table))
            (else
             (let ((pred (car pred)))
               (hash-table-fold table
                                (lambda (key value n)
                                  (if (pred key value) (+ n 1) n))
                                0)))))

    ;;> (hash-table-walk table proc)
    ;;> Calls (proc key value) for each key that was in the table at the start, in
    ;;> the order they came in. The table may be changed meanwhile.
    (define (hash-table-walk table proc)
      (let loop ((rest (hash-table->alist table)))
        (if (pair? rest)
            (begin
              (proc (caar rest) (cdar rest))
              (loop (cdr rest))))))

    ;;> (hash-table-for-each proc table)
    ;;> The same as hash-table-walk with the arguments in another order.
    (define (hash-table-for-each proc table)
      (if (procedure? table)
          (hash-table-walk proc table)
          (hash-table-walk table proc)))

    ;;> (hash-table-map->list proc table)
    ;;> A list of what (proc key value) returns for each key.
    (define (hash-table-map->list proc table)
      (reverse (hash-table-fold table
                                (lambda (key value results)
                                  (cons (proc key value) results))
                                '())))

    ;;> (hash-table-fold table proc init)
    ;;> (proc key value so-far) for each key, starting with init. Also takes the
    ;;> arguments in the order proc init table.
    (define (hash-table-fold table proc init)
      (if (and (procedure? table) (not (procedure? init)))
          (hash-table-fold init table proc)
          (let loop ((rest (hash-table->alist table)) (result init))
            (if (pair? rest)
                (loop (cdr rest) (proc (caar rest) (cdar rest) result))
                result))))

    ;;> (hash-table-merge! table1 table2)
    ;;> Puts table2's keys and values into table1 and returns that.
    (define (hash-table-merge! table1 table2)
      (hash-table-walk table2
                       (lambda (key value) (hash-table-set! table1 key value)))
      table1)))

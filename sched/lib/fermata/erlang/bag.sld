;; Bags: from keys, compared by eq?, to values.  Most processes have one link and no monitor,
;; a supervisor may have a hundred thousand; so a bag is a list until it is large, and a
;; hash table from then on.  Who changes a bag keeps what the procedure returns.
(define-library (fermata erlang bag)
  (export empty-bag bag-put bag-drop bag-ref bag-for-each bag-count bag-keys)
  (import (scheme base) (fermata table))
  (begin

    (define most-in-list 8)

    ;;> empty-bag
    ;;> The bag without keys.
    (define empty-bag '())

    ;;> (bag-ref bag key default)
    ;;> The value of the key, or default.
    (define (bag-ref bag key default)
      (if (hash-table? bag)
          (hash-table-ref/default bag key default)
          (let ((found (assq key bag)))
            (if found (cdr found) default))))

    ;;> (bag-put bag key value)
    ;;> The bag with that value for the key.
    (define (bag-put bag key value)
      (cond ((hash-table? bag) (hash-table-set! bag key value) bag)
            ((assq key bag) (cons (cons key value) (bag-drop bag key)))
            ((< (length bag) most-in-list) (cons (cons key value) bag))
            (else
             (let ((table (make-eq-hash-table)))
               (for-each (lambda (entry)
                           (hash-table-set! table (car entry) (cdr entry)))
                         bag)
               (hash-table-set! table key value)
               table))))

    ;;> (bag-drop bag key)
    ;;> The bag without the key.
    (define (bag-drop bag key)
      (cond ((hash-table? bag) (hash-table-delete! bag key) bag)
            ((null? bag) bag)
            ((eq? (caar bag) key) (cdr bag))
            (else (cons (car bag) (bag-drop (cdr bag) key)))))

    ;;> (bag-for-each proc bag)
    ;;> Calls proc with each key and its value, as they are at the call.
    (define (bag-for-each proc bag)
      (for-each (lambda (entry) (proc (car entry) (cdr entry)))
                (if (hash-table? bag) (hash-table->alist bag) bag)))

    ;;> (bag-count bag)
    ;;> How many keys it has.
    (define (bag-count bag)
      (if (hash-table? bag) (hash-table-size bag) (length bag)))

    ;;> (bag-keys bag)
    ;;> Its keys, as a list.
    (define (bag-keys bag)
      (if (hash-table? bag) (hash-table-keys bag) (map car bag)))))

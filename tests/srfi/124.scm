;; SRFI 124: ephemerons; weak hash tables of SRFI 69 and 125.  What a collection takes away is
;; tested only where there is a collector: see the first test.
(import (scheme base) (scheme ephemeron) (srfi 64) (srfi 128) (fermata table)
        (only (fermata builtins) gc)
        (prefix (srfi 69) 69:) (prefix (srfi 125) 125:))

(test-begin "SRFI 124")

(define kept (list 'kept))
(define e (make-ephemeron kept 'datum))
(test-equal '(#t #f #f) (map ephemeron? (list e (list kept) 5)))
(test-equal '(#f #t datum)
  (list (ephemeron-broken? e) (eq? kept (ephemeron-key e)) (ephemeron-datum e)))
(reference-barrier kept)
(test-error "no ephemeron" 'wrong-type (ephemeron-key 5))
(test-equal "an immediate key stays" '(#f 1 2)
  (let ((e (make-ephemeron 1 2)))
    (gc)
    (list (ephemeron-broken? e) (ephemeron-key e) (ephemeron-datum e))))

;; Made in a call of their own, so that no frame is left that holds them.
(define (many n make)
  (let loop ((i 0) (made '()))
    (if (= i n) made (loop (+ i 1) (cons (make i) made)))))
(define (count pred l)
  (let loop ((l l) (n 0)) (if (null? l) n (loop (cdr l) (if (pred (car l)) (+ n 1) n)))))
(define (collect) (gc) (gc))

(define lost (many 200 (lambda (i) (make-ephemeron (list i) (make-vector 10 i)))))
(define looped (many 200 (lambda (i) (let ((key (list i))) (make-ephemeron key (list key))))))
(collect)
(define collects? (> (count ephemeron-broken? lost) 0))
;; A word on a stack may look like a reference for a while, but not in one collection after another.
(define-syntax test-collected
  (syntax-rules ()
    ((_ name expr)
     (test-assert name
       (let again ((left (if collects? 10 0)))
         (cond ((not collects?) #t)
               (expr #t)
               ((= left 0) #f)
               (else (collect) (again (- left 1)))))))))

(test-collected "most of what nothing refers to is broken" (> (count ephemeron-broken? lost) 180))
(test-collected "the datum does not keep the key" (> (count ephemeron-broken? looped) 180))
(test-equal "key and datum of a broken one" '()
  (let loop ((l lost) (odd '()))
    (cond ((null? l) odd)
          ((and (ephemeron-broken? (car l))
                (or (ephemeron-key (car l)) (ephemeron-datum (car l))))
           (loop (cdr l) (cons (car l) odd)))
          (else (loop (cdr l) odd)))))

;; ---- tables

(define (filled table held n)
  (let loop ((i 0))
    (if (< i n)
        (let ((key (list i)))
          (if (= (remainder i 10) 0) (hash-table-set! held i key))
          (hash-table-set! table key (if (even? i) (list key) i))
          (loop (+ i 1))))))

(define (weak-test name table)
  (let ((held (make-equal-hash-table)))
    (filled table held 500)
    (collect)
    (test-collected name (< (hash-table-size table) 70))
    (test-equal name (many 50 (lambda (i) (let ((k (* 10 (- 49 i)))) (list (list k)))))
      (many 50 (lambda (i) (hash-table-ref/default table (hash-table-ref held (* 10 (- 49 i))) #f))))
    (test-equal name (hash-table-size table) (length (hash-table-keys table)))
    (test-equal name (hash-table-size table) (length (hash-table->alist (hash-table-copy table))))))

(weak-test "weak keys, eq?" (make-hash-table eq? 'weak-keys))
(weak-test "weak keys, eqv?" (69:make-hash-table eqv? eqv-hash 'ephemeral-keys))
(weak-test "weak keys, equal?" (125:make-hash-table equal? equal-hash 'weak-keys))

(define values-table (make-hash-table equal? 'weak-values))
(define held-values (many 5 (lambda (i) (let ((v (list i))) (hash-table-set! values-table i v) v))))
(let loop ((i 5)) (if (< i 200) (begin (hash-table-set! values-table i (list i)) (loop (+ i 1)))))
(collect)
(test-collected "weak values" (< (hash-table-size values-table) 25))
(test-equal '((0) (1) (2) (3) (4)) (many 5 (lambda (i) (hash-table-ref values-table (- 4 i)))))
(test-equal "a value set again" '(new none)
  (begin
    (hash-table-set! values-table 0 'new)
    (hash-table-delete! values-table 1)
    (list (hash-table-ref values-table 0) (hash-table-ref/default values-table 1 'none))))
(test-equal "both, and its empty copy" '(1 1 0 one)
  (let ((table (125:make-hash-table eq? 'weak-keys 'weak-values)) (key 'key))
    (hash-table-set! table key 'one)
    (let ((empty (125:hash-table-empty-copy table)) (copy (hash-table-copy table)))
      (hash-table-set! copy key 'two)
      (list (hash-table-size table) (hash-table-size copy) (hash-table-size empty) (hash-table-ref table key)))))
(test-equal "a weak table grows and shrinks" 0
  (let ((table (make-hash-table eqv? 'weak-keys)))
    (let loop ((i 0)) (if (< i 3000) (begin (hash-table-set! table i (* i i)) (loop (+ i 1)))))
    (let loop ((i 0)) (if (< i 3000) (begin (hash-table-delete! table i) (loop (+ i 1)))))
    (hash-table-size table)))
(test-error "not with an equality of one's own" 'out-of-range (make-hash-table = 'weak-keys))

(test-end)

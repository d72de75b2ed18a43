;; What arguments of flow procedures must be.
(define-library (fermata flow arguments)
  (export check-argument check-node check-nodes check-thunk check-thunks
          count? index? seconds? time? share? named-values? list-of or-false)
  (import (scheme base) (only (fermata builtins) %wrong-type))
  (begin

    (define (count? obj) (and (exact-integer? obj) (> obj 0)))
    (define (index? obj) (and (exact-integer? obj) (>= obj 0)))
    (define (time? obj) (and (real? obj) (= obj obj)))   ; computed, it may be below 0
    (define (seconds? obj) (and (real? obj) (>= obj 0)))
    (define (share? obj) (and (real? obj) (<= 0 obj 1)))

    (define (named-value? obj) (and (pair? obj) (symbol? (car obj))))
    (define (list-of good?)
      (lambda (obj)
        (and (list? obj)
             (let every ((rest obj))
               (or (null? rest) (and (good? (car rest)) (every (cdr rest))))))))
    (define named-values? (list-of named-value?))
    (define (or-false good?) (lambda (obj) (or (not obj) (good? obj))))

    (define (check-argument who index good? wanted obj)
      (if (not (good? obj)) (%wrong-type who index wanted obj)))

    (define (check-node who index obj)
      (check-argument who index procedure? "a node, a procedure of one input" obj))
    (define (check-thunk who index obj)
      (check-argument who index procedure? "a procedure without arguments" obj))

    ;; first: which argument the first of them is.
    (define (check-nodes who first nodes) (check-all check-node who first nodes))
    (define (check-thunks who first thunks) (check-all check-thunk who first thunks))
    (define (check-all check who first objs)
      (do ((index first (+ index 1)) (rest objs (cdr rest)))
          ((null? rest))
        (check who index (car rest))))))

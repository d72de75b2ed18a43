;; Everything can stop: a continuation that was captured inside a macro's transformer, a
;; library's body, or a procedure given to sort, a table or a search goes on when it is
;; entered again, and gives another result.
(import (scheme base) (scheme eval) (scheme repl) (scheme load) (scheme read) (scheme write)
        (scheme file) (scheme lazy) (srfi 64)
        (only (fermata sort) sort)
        (fermata table))

(test-begin "resumable")

;; Calls proc with a procedure that gives back what it gets, and later, each time the whole
;; call returned, the next of the values.  A list of what the calls returned.
(define (entered-again proc . values)
  (let ((point #f) (results '()))
    (let ((result (proc (lambda (value) (call/cc (lambda (k) (if (not point) (set! point k)) value))))))
      (set! results (cons result results))
      (if (null? values)
          (reverse results)
          (let ((value (car values)))
            (set! values (cdr values))
            (point value))))))

;; ---- macros

(define stop #f)  ; what a transformer calls
(define (stop-at proc) (set! stop proc))

(define prompt-environment (interaction-environment))
(define (define-there! name value)
  ((eval `(lambda (v) (set! ,name v)) prompt-environment) value))

(eval '(begin (import (scheme base) (only (fermata builtins) er-macro-transformer))
              (define stop #f))
      prompt-environment)
(eval '(define-syntax stopping
         (er-macro-transformer
          (lambda (form rename compare)
            (list (rename 'quote) (list (cadr form) (stop 'first))))))
      prompt-environment)

(test-equal "a transformer entered again with another result"
  '((before (x first) after) (before (x second) after) (before (x third) after))
  (entered-again
   (lambda (point)
     (define-there! 'stop point)
     (eval '(list 'before (stopping x) 'after) prompt-environment))
   'second 'third))

(test-equal "a transformer inside another macro's expansion and a body"
  '((1 (y first)) (1 (y second)))
  (entered-again
   (lambda (point)
     (define-there! 'stop point)
     (eval '(let ()
              (define-syntax around (syntax-rules () ((_ e) (list a e))))
              (define a 1)
              (around (stopping y)))
           prompt-environment))
   'second))

(test-equal "a definition whose value a transformer computed"
  '(10 20)
  (entered-again
   (lambda (point)
     (define-there! 'stop point)
     (eval '(define from-macro (cadr (stopping z))) prompt-environment)
     (let ((v (eval 'from-macro prompt-environment)))
       (if (eq? v 'first) 10 20)))
   'second))

;; ---- a library's body

(eval '(define-library (resumable host)
         (export stop-now set-stop!)
         (import (scheme base))
         (begin (define stop #f)
                (define (set-stop! proc) (set! stop proc))
                (define (stop-now value) (stop value))))
      prompt-environment)
(eval '(define-library (resumable body)
         (export answer)
         (import (scheme base) (resumable host))
         (begin (define one 1)
                (define answer (list one (stop-now 'first)))
                (define three 3)))
      prompt-environment)

(test-equal "a library's body entered again"
  '((1 first) (1 second))
  (entered-again
   (lambda (point)
     ((eval 'set-stop! (environment '(resumable host))) point)
     (eval 'answer (environment '(resumable body))))
   'second))

;; ---- procedures given to procedures

(test-equal "the comparison of a sort"
  '((1 2 3 4 5) (1 2 3 4 5) (1 2 3 4 5))
  (entered-again
   (lambda (point)
     (let ((calls 0))
       (sort '(3 1 5 2 4)
             (lambda (a b)
               (set! calls (+ calls 1))
               (if (= calls 3) (point 'go))
               (< a b)))))
   'again 'again))

(test-equal "a comparison that answers otherwise the second time"
  '((1 2) (2 1))
  (entered-again
   (lambda (point)
     (let ((l (list 1 2)))
       (list-copy (sort l (lambda (a b) (point (< a b)))))))
   #t))

(test-equal "the predicate of assoc and member"
  '(((b . 2) (2 3)) ((a . 1) (2 3)))
  (entered-again
   (lambda (point)
     (let ((first #t))
       (list (assoc 'b '((a . 1) (b . 2))
                    (lambda (x y)
                      (if first
                          (begin (set! first #f) (point (eq? x y)))
                          (eq? x y))))
             (member 2 '(1 2 3) (lambda (x y) (= x y))))))
   #t))

(test-equal "map, for-each, vector-map and string-for-each"
  '((1 2 3) (1 20 3))
  (entered-again
   (lambda (point)
     (map (lambda (x) (if (= x 2) (point 2) x)) '(1 2 3)))
   20))

(test-equal "vector-map gives a new vector each time"
  '(#(1 2 3) #(1 20 3))
  (entered-again
   (lambda (point)
     (vector-map (lambda (x) (if (= x 2) (point 2) x)) #(1 2 3)))
   20))

(test-equal "a promise, entered again, keeps its first value"
  '((first first) (first first))
  (entered-again
   (lambda (point)
     (let ((p (delay (point 'first))))
       (list (force p) (force p))))
   'second))

(test-equal "the arguments of string-for-each on two strings"
  '(((#\a #\c) (#\b #\d)) ((#\a #\c) (#\b #\d)))
  (entered-again
   (lambda (point)
     (let ((seen '()))
       (string-for-each
        (lambda (x y)
          (point #f)
          (set! seen (cons (list x y) seen)))
        "ab" "cd")
       (let ((r (reverse seen))) (set! seen '()) (list (list-ref r 0) (list-ref r (- (length r) 1))))))
   #f))

;; A table whose procedures are the program's own.  What was already in it stays in it.
(define (slow-table hash-stop equal-stop)
  (make-hash-table
   (lambda (a b) (equal-stop (string=? a b)))
   (lambda (s) (hash-stop (string-length s)))))

(test-equal "the hash procedure of a table, on a look-up"
  '((one nothing) (one nothing))
  (entered-again
   (lambda (point)
     (let* ((on #f)
            (t (slow-table (lambda (h) (if on (point h) h)) (lambda (same) same))))
       (hash-table-set! t "one" 'one)
       (hash-table-set! t "three" 'three)
       (set! on #t)
       (let* ((v (hash-table-ref/default t "one" 'nothing)))
         (set! on #f)
         (list v (hash-table-ref/default t "two" 'nothing)))))
   3))

(test-equal "the comparison of a table, answering otherwise"
  '(one nothing)
  (entered-again
   (lambda (point)
     (let* ((on #f)
            (t (slow-table (lambda (h) h) (lambda (same) (if on (point same) same)))))
       (hash-table-set! t "one" 'one)
       (set! on #t)
       (hash-table-ref/default t "one" 'nothing)))
   #f))

(test-equal "a table filled by an insertion that is entered again holds the key once"
  '((1 one) (1 one))
  (entered-again
   (lambda (point)
     (let ((t (slow-table point (lambda (same) same))))
       (hash-table-set! t "one" 'one)
       (list (hash-table-count t) (hash-table-ref/default t "one" 'nothing))))
   3))

(test-end "resumable")

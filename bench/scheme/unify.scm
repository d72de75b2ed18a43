;; A small logic language: terms, unification over association lists, depth-first search
;; by success continuations; append and reverse run backwards.
(import (scheme base) (scheme write))

(define-record-type <var> (make-var id) var? (id var-id))

(define (walk t s)
  (if (var? t)
      (let ((b (assq t s)))
        (if b (walk (cdr b) s) t))
      t))

(define (unify a b s)
  (let ((a (walk a s)) (b (walk b s)))
    (cond ((eq? a b) s)
          ((var? a) (cons (cons a b) s))
          ((var? b) (cons (cons b a) s))
          ((and (pair? a) (pair? b))
           (let ((s (unify (car a) (car b) s)))
             (and s (unify (cdr a) (cdr b) s))))
          (else (and (equal? a b) s)))))

(define counter 0)
(define (fresh)
  (set! counter (+ counter 1))
  (make-var counter))

;; A goal takes a substitution and a procedure for each answer.
(define (== a b) (lambda (s k) (let ((s (unify a b s))) (if s (k s)))))
(define (both g h) (lambda (s k) (g s (lambda (s) ((h) s k)))))
(define (either g h) (lambda (s k) (g s k) ((h) s k)))

(define (appendo a b c)
  (either (both (== a '()) (lambda () (== b c)))
          (lambda ()
            (let ((x (fresh)) (xs (fresh)) (ys (fresh)))
              (both (== a (cons x xs))
                    (lambda ()
                      (both (== c (cons x ys))
                            (lambda () (appendo xs b ys)))))))))

(define (count-answers goal)
  (let ((n 0))
    (goal '() (lambda (s) (set! n (+ n 1))))
    n))

(define numbers '(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16))

(display "unify: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 3000)
               (+ acc counter)
               (loop (+ i 1)
                     (+ acc
                        (count-answers (appendo (fresh) (fresh) numbers))
                        (let ((a (fresh)) (b (fresh)) (c (fresh)))
                          (count-answers (both (appendo a b '(1 2 3 4 5))
                                               (lambda () (appendo c '(5) b))))))))))
(newline)

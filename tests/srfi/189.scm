;; SRFI 189: Maybe and Either.
(import (scheme base) (srfi 64) (srfi 128) (srfi 189))

(test-begin "SRFI 189")
;; A value as a list: (just 1 2), (nothing), (left 1), (right 1).
(define (show x) (cond ((just? x) (cons 'just (maybe->list x))) ((nothing? x) '(nothing)) ((left? x) (cons 'left (either->list x))) ((right? x) (cons 'right (either->list x))) (else x)))
(define-syntax test-shown (syntax-rules () ((_ expected expression ...) (test-equal 'expected (map show (list expression ...))))))
(define (half n) (if (even? n) (just (quotient n 2)) (nothing)))
(define (half/either n) (if (even? n) (right (quotient n 2)) (left n 'odd)))

(test-shown ((just 1 2) (just) (nothing) (left 1) (right 1 2) (just 3) (left 4) (right 5)) (just 1 2) (just) (nothing) (left 1) (right 1 2) (list->just '(3)) (list->left '(4)) (list->right '(5)))
(test-equal '((#t #f) (#f #t) (#t #t) (#f #f) #t) (list (list (maybe? (just 1)) (either? (just 1))) (list (maybe? (left 1)) (either? (right 1))) (list (just? (just)) (nothing? (nothing))) (list (maybe? 1) (either? #f)) (eq? (nothing) (nothing))))
(test-shown ((right 1) (left x) (just 1) (nothing) (right 1) (left 2)) (maybe->either (just 1)) (maybe->either (nothing) 'x) (either->maybe (right 1)) (either->maybe (left 2)) (either-swap (left 1)) (either-swap (right 2)))
(test-equal '(#t #f #f #t #t #f #f #t) (list (maybe= = (just 1 2) (just 1 2) (just 1 2)) (maybe= = (just 1) (just 2)) (maybe= = (just) (nothing)) (maybe= = (nothing) (nothing)) (either= = (left 1) (left 1)) (either= = (left 1) (right 1)) (either= = (left 1) (left 1 2)) (either= (make-default-comparator) (right "a") (right "a"))))
(test-error (maybe->either 1))
(test-error (either->maybe (just 1)))

;; ---- payloads
(test-equal '(1 none -1 (left 1 2) 3 d 1 d) (list (maybe-ref (just 1) (lambda () 'none)) (maybe-ref (nothing) (lambda () 'none)) (maybe-ref (just 1) (lambda () 'none) -) (either-ref (left 1 2) (lambda args (cons 'left args))) (either-ref (right 1 2) list +)
  (maybe-ref/default (nothing) 'd) (maybe-ref/default (just 1) 'd) (either-ref/default (left 1) 'd)))
(test-shown ((just 1) (nothing) (right 1) (left 1) (left 2)) (maybe-join (just (just 1))) (maybe-join (nothing)) (either-join (right (right 1))) (either-join (right (left 1))) (either-join (left 2)))
(test-error (maybe-join (just 1)))
(test-shown ((just 2) (nothing) (nothing) (right 2) (left 3 odd)) (maybe-bind (just 8) half half) (maybe-bind (just 6) half half) (maybe-bind (nothing) half) (either-bind (right 8) half/either half/either) (either-bind (right 6) half/either half/either))
(test-shown ((just 2) (left 3 odd)) ((maybe-compose half half) 8) ((either-compose half/either half/either) 6))

;; ---- sequences
(test-equal '(1 0 1 0) (list (maybe-length (just 1 2)) (maybe-length (nothing)) (either-length (right)) (either-length (left))))
(test-shown ((just 2) (nothing) (just 1) (right 2) (left x) (left y)) (maybe-filter even? (just 2)) (maybe-filter even? (just 1)) (maybe-remove even? (just 1)) (either-filter even? (right 2) 'x) (either-filter even? (right 1) 'x) (either-remove even? (left 1) 'y))
(test-shown ((just ((1) (2))) (nothing) (just #(1 2)) (right (1 2)) (left 3)) (maybe-sequence (list (just 1) (just 2)) map) (maybe-sequence (list (just 1) (nothing)) map) (maybe-sequence (vector (just 1) (just 2)) vector-map values) (either-sequence (list (right 1) (right 2)) map +) (either-sequence (list (right 1) (left 3) (left 4)) map))
(test-shown ((just -1) (just 1 2) (nothing) (right -1) (left 1)) (maybe-map - (just 1)) (maybe-map values (just 1 2)) (maybe-map - (nothing)) (either-map - (right 1)) (either-map - (left 1)))
(test-equal '(3 1) (let ((seen '())) (define (note x) (set! seen (cons x seen))) (maybe-for-each note (just 1)) (maybe-for-each note (nothing)) (either-for-each note (left 2)) (either-for-each note (right 3)) seen))
(test-equal '((1 . z) z (2 . z) z) (list (maybe-fold cons 'z (just 1)) (maybe-fold cons 'z (nothing)) (either-fold cons 'z (right 2)) (either-fold cons 'z (left 2))))
(define (odd-then-even? x) (even? x))
(test-shown ((just 9) (nothing) (right 9) (left 4)) (maybe-unfold even? (lambda (x) (* x x)) (lambda (x) (+ x 1)) 3) (maybe-unfold even? - - 4) (either-unfold even? (lambda (x) (* x x)) (lambda (x) (+ x 1)) 3) (either-unfold even? - - 4))
(test-error (maybe-unfold even? - (lambda (x) (+ x 2)) 3))

;; ---- protocols
(test-equal '((1 2) () (1) (2)) (list (maybe->list (just 1 2)) (maybe->list (nothing)) (either->list (left 1)) (either->list (right 2))))
(test-shown ((just 1) (nothing) (right 1) (left x)) (list->maybe '(1)) (list->maybe '()) (list->either '(1) 'x) (list->either '() 'x))
(test-equal '(1 #f 1 #f (1 2) #f (1 2) #f) (list (maybe->truth (just 1)) (maybe->truth (nothing)) (either->truth (right 1)) (either->truth (left 1)) (maybe->list-truth (just 1 2)) (maybe->list-truth (nothing)) (either->list-truth (right 1 2)) (either->list-truth (left 1))))
(test-shown ((just 1) (nothing) (right 1) (left x) (just 1 2) (nothing) (right) (left x)) (truth->maybe 1) (truth->maybe #f) (truth->either 1 'x) (truth->either #f 'x) (list-truth->maybe '(1 2)) (list-truth->maybe #f) (list-truth->either '() 'x) (list-truth->either #f 'x))
(test-equal '(1 #t 1 #t) (list (maybe->generation (just 1)) (eof-object? (maybe->generation (nothing))) (either->generation (right 1)) (eof-object? (either->generation (left 1)))))
(test-shown ((just 1) (nothing) (right 1) (left x)) (generation->maybe 1) (generation->maybe (eof-object)) (generation->either 1 'x) (generation->either (eof-object) 'x))
(define-syntax list-of (syntax-rules () ((_ e) (call-with-values (lambda () e) list))))
(test-equal '((1 2) () (1) () (1 #t) (#f #f)) (list (list-of (maybe->values (just 1 2))) (list-of (maybe->values (nothing))) (list-of (either->values (right 1))) (list-of (either->values (left 1))) (list-of (maybe->two-values (just 1))) (list-of (maybe->two-values (nothing)))))
(test-shown ((just 1 2) (nothing) (right 1) (left x) (just 1) (nothing)) (values->maybe (lambda () (values 1 2))) (values->maybe values) (values->either (lambda () 1) 'x) (values->either values 'x) (two-values->maybe (lambda () (values 1 #t))) (two-values->maybe (lambda () (values 1 #f))))
(test-shown ((right 1 2) (left boom) (left 7)) (exception->either symbol? (lambda () (values 1 2))) (exception->either symbol? (lambda () (raise 'boom))) (either-guard number? (raise 7)))
(test-error symbol? (either-guard number? (raise 'other)))

;; ---- syntax
(test-equal '(yes no) (list (maybe-if (just 1) 'yes 'no) (maybe-if (nothing) 'yes 'no)))
(test-error (maybe-if 1 2 3))
(test-shown ((just #t) (just 2) (nothing) (right 2) (left 1) (right #t)) (maybe-and) (maybe-and (just 1) (just 2)) (maybe-and (nothing) (car 1)) (either-and (right 1) (right 2)) (either-and (left 1) (car 1)) (either-and))
(test-shown ((nothing) (just 1) (nothing) (right 1) (left 2)) (maybe-or) (maybe-or (nothing) (just 1) (car 1)) (maybe-or (nothing) (nothing)) (either-or (left 1) (right 1) (car 1)) (either-or (left 1) (left 2)))
(define j (just 5))
(test-shown ((just 3) (nothing) (just 6) (just #t) (just 1 2) (just 5)) (maybe-let* ((a (just 1)) (b (just (+ a 1)))) (+ a b)) (maybe-let* ((a (just 1)) ((nothing))) (car a)) (maybe-let* (j ((just 1)) (k j)) (+ k 1)) (maybe-let* ()) (maybe-let* ((j)) (values 1 2)) (maybe-let* (j)))
(test-shown ((right 3) (left 9) (right 7)) (either-let* ((a (right 1)) (b (right (+ a 1)))) (+ a b)) (either-let* ((a (right 1)) (b (left 9))) (car a)) (either-let* ((b (right 7)))))
(test-shown ((just 6) (nothing) (right (1 (2 3))) (left 1)) (maybe-let*-values (((a b) (just 1 2)) ((c) (just 3))) (+ a b c)) (maybe-let*-values (((a) (nothing))) a) (either-let*-values (((a . rest) (right 1 2 3))) (list a rest)) (either-let*-values (((a) (left 1)) (j)) a))

;; ---- three values
(define t (just 1)) (define f (just #f)) (define n (nothing))
(test-shown ((just #f) (just #t) (nothing)) (tri-not t) (tri-not f) (tri-not n))
(test-shown ((just #t) (just #f) (nothing) (nothing) (just #t)) (tri=? t t (just #t)) (tri=? t f n) (tri=? t n f) (tri=? n t) (tri=? f f))
(test-shown ((just #t) (just #f) (nothing) (just #t)) (tri-and) (tri-and t f n) (tri-and t n f) (tri-and t t))
(test-shown ((just #f) (just 1) (nothing) (just #f)) (tri-or) (tri-or f t n) (tri-or n t) (tri-or f f))
(test-shown ((nothing) (just #f) (just 1)) (tri-merge n n) (tri-merge n f t) (tri-merge t n))
(test-end)

;; SRFI 27 and (fermata random): random numbers.
(import (scheme base) (srfi 64) (srfi 27) (rename (only (fermata random) default-random-source) (default-random-source the-source))
        (only (fermata random) random random-seed! set-entropy-source!))

(test-begin "SRFI 27: random numbers")

(define (times n thunk) (let loop ((n n) (all '())) (if (= n 0) all (loop (- n 1) (cons (thunk) all)))))
(define (all? ok? list) (or (null? list) (and (ok? (car list)) (all? ok? (cdr list)))))

(test-assert (all? (lambda (k) (and (exact-integer? k) (<= 0 k 5))) (times 500 (lambda () (random-integer 6)))))
(test-assert "all faces come up"
  (let ((rolls (times 500 (lambda () (random-integer 6))))) (all? (lambda (face) (memv face rolls)) '(0 1 2 3 4 5))))
(test-equal 0 (random-integer 1))
(test-assert "big" (all? (lambda (k) (< -1 k (expt 10 40))) (times 100 (lambda () (random-integer (expt 10 40))))))
(test-assert "and not small" (> (apply max (times 50 (lambda () (random-integer (expt 10 40))))) (expt 10 38)))
(test-assert (all? (lambda (x) (and (inexact? x) (< 0 x 1))) (times 500 random-real)))
(test-equal '(#t #f) (list (random-source? default-random-source) (random-source? 5)))

(test-assert "a carried library mentions the very object another one holds"
  (begin (random-seed! 7)
         (let ((a (random-integer 1000000))) (random-source-pseudo-randomize! the-source 7 0)
           (and (eq? the-source default-random-source) (= a (random-integer 1000000))))))

(define (numbers source) (times 5 (let ((next (random-source-make-integers source))) (lambda () (next 1000000)))))
(test-assert "new sources are alike" (equal? (numbers (make-random-source)) (numbers (make-random-source))))
(test-equal "the generator is the same everywhere" 10485760
  (let ((s (make-random-source)))
    (random-source-state-set! s '(xoshiro256++ #u8(1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0 3 0 0 0 0 0 0 0 4 0 0 0 0 0 0 0)))
    ((random-source-make-integers s) (expt 2 62))))
(test-assert "a state goes on where it was taken"
  (let* ((a (make-random-source)) (b (make-random-source)))
    (numbers a)
    (random-source-state-set! b (random-source-state-ref a))
    (equal? (numbers a) (numbers b))))
(test-assert "randomized sources differ"
  (let ((a (make-random-source)) (b (make-random-source)))
    (random-source-randomize! a) (random-source-randomize! b)
    (not (equal? (numbers a) (numbers b)))))
(test-assert "i and j name a place"
  (let ((at (lambda (i j) (let ((s (make-random-source))) (random-source-pseudo-randomize! s i j) (numbers s)))))
    (and (equal? (at 3 4) (at 3 4)) (not (equal? (at 3 4) (at 4 3)))
         (not (equal? (at 3 4) (at (expt 10 50) 4))) (not (equal? (at 0 0) (at 0 1))))))
(test-assert (all? (lambda (x) (< 0 x 1)) (times 100 (random-source-make-reals (make-random-source)))))
(test-assert "with an exact unit" (all? (lambda (x) (memv x '(1/4 1/2 3/4))) (times 100 (random-source-make-reals (make-random-source) 1/4))))

(test-assert "a seed fixes the program's numbers"
  (let ((draw (lambda () (random-seed! 42) (let* ((a (random 1000)) (b (random 1.0)) (c (random-integer 7))) (list a b c)))))
    (equal? (draw) (draw))))
(test-assert "who gives the entropy decides"
  (let ((draw (lambda ()
                (let ((before (set-entropy-source! (lambda () (make-bytevector 32 7)))))
                  (random-source-randomize! default-random-source)
                  (set-entropy-source! before)
                  (random 1000000000)))))
    (equal? (draw) (draw))))
(test-error 'out-of-range (random-integer 0))
(test-error 'wrong-type (random-integer 1.5))
(test-error 'wrong-type (random 'a))
(test-error 'wrong-type (random-source-state-ref 5))
(test-error 'wrong-type (random-source-state-set! default-random-source '(x 1)))
(test-error 'out-of-range (random-source-make-reals default-random-source 2))

(test-end "SRFI 27: random numbers")

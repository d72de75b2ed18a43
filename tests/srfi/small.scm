;; The small SRFIs: 2 and-let*, 8 receive, 26 cut, 111 boxes.
(import (scheme base) (srfi 2) (srfi 8) (srfi 26) (srfi 64) (srfi 111))

(test-begin "small SRFIs")

;; ---- 2
(test-equal 3 (and-let* ((x 1) (y (+ x 1))) (+ x y)))
(test-equal #f (and-let* ((x #f) (y (car x))) y))
(test-equal 2 (and-let* ((x 1) ((> x 0))) (+ x 1)))
(test-equal #f (and-let* ((x -1) ((> x 0))) (error "not reached")))
(test-equal 5 (let ((x 5)) (and-let* (x ((odd? x))) x)))
(test-equal '(#t 7 2) (list (and-let* ()) (and-let* () 7) (and-let* ((x 2)))))
(test-equal '(2) (and-let* ((l '(1 2)) (found (memv 2 l)))))

;; ---- 8
(test-equal 3 (receive (a b) (values 1 2) (+ a b)))
(test-equal '(1 (2 3)) (receive (a . rest) (values 1 2 3) (list a rest)))
(test-equal '(1 2) (receive all (values 1 2) all))
(test-equal "a body with definitions" 4 (receive (a) 3 (define b 1) (+ a b)))

;; ---- 26
(test-equal '(1 5 3) ((cut list 1 <> 3) 5))
(test-equal '(1 2 3 4) ((cut list 1 <> 3 <...>) 2 4))
(test-equal '() ((cut list)))
(test-equal '(a) ((cut <> 'a) list))
(test-equal '(1 2) ((cut <> <...>) list 1 2))
(test-equal '(2 4 6) (map (cut * 2 <>) '(1 2 3)))
(test-equal "cut evaluates at each call, cute once" '(2 1)
  (let* ((n 0) (next (lambda () (set! n (+ n 1)) n))
         (each (cut list (next)))
         (first (begin (each) (car (each)))))
    (set! n 0)
    (let ((once (cute list (next)))) (once) (list first (car (once))))))
(test-equal '(1 2 3) ((cute list <> 2 <...>) 1 3))
(test-error "too many for the slots" ((cut list <>) 1 2))

;; ---- 111
(test-equal '(1 2) (let* ((b (box 1)) (before (unbox b))) (set-box! b 2) (list before (unbox b))))
(test-equal '(#t #f) (list (box? (box 1)) (box? 1)))
(test-error "only boxes are unboxed" 'wrong-type (unbox 5))

(test-end "small SRFIs")

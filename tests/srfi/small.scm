;; The small SRFIs: 2 and-let*, 8 receive, 11 let-values, 16 case-lambda, 26 cut, 31 rec,
;; 39 parameters, 45 lazy, 61 cond, 87 case, 98 environment variables, 111 boxes,
;; 145 assume, 219 curried definitions.
(import (scheme base) (srfi 2) (srfi 8) (srfi 11) (srfi 16) (srfi 26) (srfi 31) (srfi 39) (srfi 45)
        (rename (only (srfi 61) cond) (cond 61:cond)) (srfi 64) (srfi 87) (srfi 98)
        (srfi 145) (rename (srfi 219) (define 219:define))
        (scheme box) (scheme lazy))

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

;; ---- 11, 16, 39, 87, 98
(test-equal '(1 (2) 3) (let-values (((a . b) (values 1 2)) ((c) 3)) (list a b c)))
(test-equal 3 (let*-values (((a) 1) ((b) (+ a 1))) (+ a b)))
(test-equal '(none one) (let ((f (case-lambda (() 'none) ((a) 'one)))) (list (f) (f 1))))
(test-equal '(1 2 1) (let* ((p (make-parameter 1)) (a (p))) (list a (parameterize ((p 2)) (p)) (p))))
(test-equal '(4 other) (list (case 3 ((3) => (lambda (x) (+ x 1))) (else 0)) (case 9 ((3) 1) (else => (lambda (x) 'other)))))
(test-equal #f (get-environment-variable "NO_SUCH_VARIABLE_HERE"))
(test-assert (list? (get-environment-variables)))

;; ---- 31
(test-equal 120 ((rec (f n) (if (= n 0) 1 (* n (f (- n 1))))) 5))
(test-equal '(1 1 1) (let ((s (rec s (cons 1 (delay s))))) (list (car s) (car (force (cdr s))) (car (force (cdr (force (cdr s))))))))

;; ---- 45
(test-equal '(5 5) (list (force (lazy (delay 5))) (force (eager 5))))
(test-assert "a promise in a promise" (promise? (force (eager (delay 1)))))
(test-equal "lazy iterates" 'done (force (let loop ((n 10000)) (lazy (if (= n 0) (delay 'done) (loop (- n 1)))))))

;; ---- 61
(test-equal '(none 3 6 last 1)
  (map (lambda (n)
         (61:cond ((values n (+ n 1)) (lambda (a b) (= n 1)) => (lambda (a b) (+ a b)))
                  ((and (= n 2) 6))
                  ((assv n '((3 . last))) => cdr)
                  ((= n 4) 0 1)
                  (else 'none)))
       '(0 1 2 3 4)))
(test-equal 2 (61:cond (#f 1) (1 odd? => (lambda (x) (+ x 1)))))

;; ---- 145, 219
(test-equal 1 (assume 1))
(test-error "an assumption" (assume (= 1 2)))
(test-equal "wrong: (= 1 2)" (guard (e (#t (string-append (error-object-message e) " (= 1 2)"))) (assume (= 1 2) "wrong:")))
(219:define ((add a) b) (+ a b))
(219:define (((three a) b . c) d) (list a b c d))
(219:define plain 5)
(219:define (usual x . y) (list x y))
(test-equal '(3 (1 2 (3) 4) 5 (1 (2))) (list ((add 1) 2) (((three 1) 2 3) 4) plain (usual 1 2)))

(test-end "small SRFIs")

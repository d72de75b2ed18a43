;; SRFI 229 and SRFI 259: tagged procedures.
(import (scheme base) (srfi 64) (srfi 229) (srfi 259))

(test-begin "SRFI 229 and 259")

(define f (lambda/tag 'sum (a b) (+ a b)))
(define g (case-lambda/tag (list 1 2) ((a) (list a)) ((a . rest) rest)))
(test-equal '(3 sum (1) (2 3) (1 2)) (list (f 1 2) (procedure-tag f) (g 1) (g 1 2 3) (procedure-tag g)))
(test-equal '(#t #t #f #f) (map procedure/tag? (list f g car 'f)))
(test-error "no tag" 'wrong-type (procedure-tag car))
(test-equal "the tag is evaluated at each lambda/tag" '(1 2)
  (let* ((n 0) (make (lambda () (set! n (+ n 1)) (lambda/tag n () n))) (a (make)) (b (make)))
    (list (procedure-tag a) (procedure-tag b))))
(test-error "the procedure's own errors" 'wrong-arguments (f 1))

(define-procedure-tag with-name named? name-of)
(define-procedure-tag with-unit unit? unit-of)
(define area (with-unit 'm2 (with-name "area" *)))
(test-equal '(6 #t #t m2 "area") (list (area 2 3) (named? area) (unit? area) (unit-of area) (name-of area)))
(test-equal "the procedure itself stays as it is" '(#f #f) (list (named? *) (unit? *)))
(define renamed (with-name "size" area))
(test-equal '("size" m2 "area" 12) (list (name-of renamed) (unit-of renamed) (name-of area) (renamed 3 4)))
(test-equal '(#f #f #f) (map named? (list car 'car (with-unit 1 car))))
(test-error 'wrong-type (name-of car))
(test-error 'wrong-type (with-name 'x 5))
(test-equal "any number of values" '(1 2) (call-with-values (lambda () ((with-name 1 values) 1 2)) list))
(test-equal "calls are tail calls" 'done
  (letrec ((loop (with-name 'loop (lambda (n) (if (= n 0) 'done (loop (- n 1))))))) (loop 100000)))

(test-end)

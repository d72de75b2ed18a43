;; SRFI 171: transducers.
(import (scheme base) (scheme write) (scheme read) (scheme generator) (only (srfi 69) alist->hash-table) (srfi 171) (srfi 171 meta) (srfi 64))

(test-begin "SRFI 171")
(define (numbers n) (generator->list (make-iota-generator n)))
(define (compose . procs) (lambda (x) (let loop ((rest (reverse procs)) (x x)) (if (null? rest) x (loop (cdr rest) ((car rest) x))))))
(define (t . transducers) (lambda (list) (list-transduce (apply compose transducers) rcons list)))

;; ---- reducers and sources
(test-equal '((1 2) (2 1) 2 #f 4 #f #t) (list (list-transduce (tmap values) rcons '(1 2)) (list-transduce (tmap values) reverse-rcons '(1 2)) (list-transduce (tmap values) rcount '(a b))
  (list-transduce (tmap values) (rany even?) '(1 3)) (list-transduce (tmap values) (rany (lambda (x) (and (even? x) (* x x)))) '(1 2 3)) (list-transduce (tmap values) (revery odd?) '(1 2 3)) (list-transduce (tmap values) (revery odd?) '())))
(test-equal "they stop early" '(2 3) (let ((g (make-iota-generator 9))) (let ((x (generator-transduce (tmap values) (rany (lambda (x) (and (= x 2) x))) g))) (list x (g)))))
(test-equal '((2 3) (2 3) (#\a #\b) (1 2) (1 2) (1 2) 13)
  (list (list-transduce (tmap (lambda (x) (+ x 1))) rcons '(1 2)) (vector-transduce (tmap (lambda (x) (+ x 1))) rcons #(1 2)) (string-transduce (tmap values) rcons "ab") (bytevector-u8-transduce (tmap values) rcons #u8(1 2))
        (port-transduce (tmap values) rcons read (open-input-string "1 2")) (generator-transduce (tmap values) rcons (generator 1 2)) (list-transduce (tmap values) + 10 '(1 2))))
(test-equal '(3 (1 2)) (list (port-transduce (tmap values) + 0 read (open-input-string "1 2")) (let ((p (open-input-string "1 2"))) (port-transduce (tmap values) rcons (lambda () (read p))))))

;; ---- one at a time
(test-equal '((1 3) (2) (1 9) (1 b 3)) (list ((t (tfilter odd?)) '(1 2 3)) ((t (tremove odd?)) '(1 2 3)) ((t (tfilter-map (lambda (x) (and (odd? x) (* x x))))) '(1 2 3)) ((t (treplace '((2 . b)))) '(1 2 3))))
(test-equal '((1 b 3) (1 b 3)) (list ((t (treplace (alist->hash-table '((2 . b))))) '(1 2 3)) ((t (treplace (lambda (x) (if (eqv? x 2) 'b x)))) '(1 2 3))))
(test-equal '((2 3) () (1 2) () (1)) (list ((t (tdrop 1)) '(1 2 3)) ((t (tdrop 9)) '(1 2 3)) ((t (ttake 2)) '(1 2 3)) ((t (ttake 0)) '(1 2)) ((t (ttake 2)) '(1))))
(test-equal "ttake takes no more than it needs" 2 (let ((g (make-iota-generator 9))) (generator-transduce (ttake 2) rcons g) (g)))
(test-equal '((4 1) (1 2) (1 2 end)) (list ((t (tdrop-while (lambda (x) (< x 3)))) '(1 2 4 1)) ((t (ttake-while (lambda (x) (< x 3)))) '(1 2 4 1)) (list-transduce (ttake-while (lambda (x) (< x 3)) (lambda (r x) (cons 'end r))) rcons '(1 2 4 1))))
(test-equal '((1 2 3) (1 1 2 2) (1 2 3 4)) (list ((t tconcatenate) '((1 2) () (3))) ((t (tappend-map (lambda (x) (list x x)))) '(1 2)) ((t tflatten) '((1 (2)) 3 ((4))))))
(test-equal "an end inside of a list ends all" '(1 2 3) ((t tconcatenate (ttake 3)) '((1 2) (3 4) (5))))
(test-equal '((0 . a) (1 . b)) ((t (tenumerate)) '(a b)))
(test-equal '((5 . a)) ((t (tenumerate 5)) '(a)))
(test-equal '((1 2 3) (1 -2)) (list ((t (tdelete-duplicates)) '(1 2 1 3 2)) ((t (tdelete-duplicates (lambda (a b) (= (abs a) (abs b))))) '(1 -1 -2 2))))
(test-equal '((1 2) "1\n2\n") (let* ((p (open-output-string)) (r (parameterize ((current-output-port p)) ((t (tlog)) '(1 2))))) (list r (get-output-string p))))
(test-equal '(2 1) (let ((seen '())) ((t (tlog (lambda (r x) (set! seen (cons x seen))))) '(1 2)) seen))

;; ---- groups
(test-equal '((1 2 1) (1 2)) (list ((t (tdelete-neighbor-duplicates)) '(1 1 2 2 1)) ((t (tdelete-neighbor-duplicates (lambda (a b) (= (quotient a 2) (quotient b 2))))) '(1 2 3))))
(test-equal '((1 x 2 x 3) (1) (1 x)) (list ((t (tadd-between 'x)) '(1 2 3)) ((t (tadd-between 'x)) '(1)) ((t (tadd-between 'x) (ttake 2)) '(1 2 3))))
(test-equal '(((1 2) (3 4) (5)) () ((1 2))) (list ((t (tsegment 2)) '(1 2 3 4 5)) ((t (tsegment 2)) '()) ((t (tsegment 2) (ttake 1)) '(1 2 3 4 5))))
(test-equal '(((1 3) (2) (5 7)) ((1 3))) (list ((t (tpartition odd?)) '(1 3 2 5 7)) ((t (tpartition odd?) (ttake 1)) '(1 3 2 5))))
(test-error (tsegment 0))
(test-equal "composed, and used twice" '((1 9) (1 9)) (let ((x (compose (tfilter odd?) (tmap (lambda (x) (* x x))) (ttake 2)))) (list (list-transduce x rcons '(1 2 3 4 5)) (list-transduce x rcons '(1 2 3 4 5)))))

;; ---- meta
(test-equal '(#t #f 1 #t 1) (list (reduced? (reduced 1)) (reduced? 1) (unreduce (reduced 1)) (reduced? (ensure-reduced 1)) (unreduce (ensure-reduced (reduced 1)))))
(define (until-10 acc x) (if (> acc 10) (reduced acc) (+ acc x)))
(test-equal '(6 11 11 12 6 6) (list (list-reduce + 0 '(1 2 3)) (list-reduce until-10 0 '(5 6 7 8)) (vector-reduce until-10 0 #(5 6 7)) (bytevector-u8-reduce until-10 0 #u8(12 1)) (generator-reduce + 0 (generator 1 2 3)) (port-reduce + 0 read (open-input-string "1 2 3"))))
(test-equal "ba" (list->string (string-reduce (lambda (acc c) (cons c acc)) '() "ab")))
(test-equal '(#t 1) (let ((r ((preserving-reduced (lambda (a b) (reduced b))) 0 1))) (list (reduced? (unreduce r)) (unreduce (unreduce r)))))
(test-end)

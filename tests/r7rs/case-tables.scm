;; `case` on numbers and characters that lie close together: R7RS 4.2.1.
(import (scheme base) (scheme eval) (srfi 64))

(test-begin "case by table")

(define (digit n)
  (case n
    ((0) 'zero) ((1) 'one) ((2 3) 'few) ((5 6 7) 'some) ((-2) 'minus-two) ((5) 'never) (else 'many)))
(test-equal '(zero one few few many some some some many minus-two many)
  (map digit '(0 1 2 3 4 5 6 7 8 -2 -3)))
(test-equal "what is no fixnum is not in the table" '(many many many many many)
  (map digit (list 1.0 'a "1" (expt 2 70) #\x1)))

(define (kind c)
  (case c
    ((#\a #\e #\i #\o #\u) 'vowel) ((#\space #\tab) 'blank) ((#\b #\c #\d) => (lambda (c) (list 'letter c)))
    (else => (lambda (c) (list 'other c)))))
(test-equal '(vowel vowel (letter #\b) blank (other #\z) (other 97))
  (map kind '(#\a #\u #\b #\space #\z 97)))

(define (no-else n) (case n ((1) 'a) ((2) 'b) ((3) 'c) ((4) 'd) ((5) 'e)))
(test-equal '(a e) (list (no-else 1) (no-else 5)))

(define (far n) (case n ((0) 'a) ((1000) 'b) ((1000000) 'c) ((1000000000000) 'd) ((-1) 'e) (else 'none)))
(test-equal "keys that lie far apart" '(a b c d e none) (map far '(0 1000 1000000 1000000000000 -1 7)))

(define (mixed x) (case x ((1 2 3) 'number) ((#\1 #\2 #\3) 'char) ((one two) 'symbol) ((()) 'nil) (else 'none)))
(test-equal "keys of several kinds" '(number char symbol nil none) (map mixed (list 2 #\3 'two '() 4)))

(define (in-test n) (if (case n ((1 3 5) #t) ((2 4) #f) ((6) 'yes) (else #f)) 'yes 'no))
(test-equal "as a test" '(yes no yes no yes no) (map in-test '(1 2 3 4 6 9)))

(define (assigned n)
  (let ((x n))
    (set! x (+ x 1))
    (list (lambda () x) (case x ((1) 'a) ((2) 'b) ((3) 'c) ((4) 'd) ((5) 'e) (else 'f)))))
(test-equal "of a variable in a box" '(b f) (list (cadr (assigned 1)) (cadr (assigned 9))))

(define (machine code)
  (let loop ((pc 0) (acc 0))
    (case (vector-ref code pc)
      ((0) acc)
      ((1) (loop (+ pc 1) (+ acc 1)))
      ((2) (loop (+ pc 1) (* acc 2)))
      ((3) (loop (+ pc 2) (+ acc (vector-ref code (+ pc 1)))))
      ((4) (if (> acc 100) acc (loop 0 acc)))
      (else 'bad))))
(test-equal "loops" '(4 101 bad)
  (list (machine #(1 1 2 0)) (machine #(3 1 4)) (machine #(9))))

;; A chain of many tables, and one of keys too far apart for any, compile and run.
(define (chain n clause)
  (let loop ((i n) (rest '(else 'none)))
    (if (= i 0) `(lambda (x y) (cond ,@(if (pair? (car rest)) rest (list rest))))
        (loop (- i 1) (cons (clause i) (if (pair? (car rest)) rest (list rest)))))))
(define alternating
  (eval (chain 6000 (lambda (i) `((eqv? ,(if (even? (quotient i 6)) 'x 'y) ,i) ,i)))
        (environment '(scheme base))))
(test-equal "many tables in a row" '(1 5994 5990 none)
  (list (alternating 1 0) (alternating 0 5994) (alternating 5990 0) (alternating 0 0)))
(define sparse
  (eval (chain 3000 (lambda (i) `((eqv? x ,(* i 1000)) ,i))) (environment '(scheme base))))
(test-equal "keys far apart" '(1 3000 none) (list (sparse 1000 0) (sparse 3000000 0) (sparse 5 0)))

(test-end)

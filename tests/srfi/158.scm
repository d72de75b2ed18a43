;; SRFI 158: generators and accumulators.
(import (scheme base) (scheme generator) (only (srfi 1) unfold) (srfi 64))

(test-begin "SRFI 158")

(define l generator->list)
(define (to n) (make-range-generator 1 (+ n 1)))

;; ---- making
(test-equal '((1 2 3) ()) (list (l (generator 1 2 3)) (l (generator))))
(test-equal "the end stays the end" '(#t #t) (let ((g (generator))) (list (eof-object? (g)) (eof-object? (g)))))
(test-equal '(1 2 1 2 1) (l (circular-generator 1 2) 5))
(test-equal '((0 1 2) (5 6) (8 6 4)) (list (l (make-iota-generator 3)) (l (make-iota-generator 2 5)) (l (make-iota-generator 3 8 -2))))
(test-equal '((3 4 5) (1 2) (1 3 5) (3 2)) (list (l (make-range-generator 3) 3) (l (make-range-generator 1 3)) (l (make-range-generator 1 6 2)) (l (make-range-generator 3 1 -1))))
(test-equal '(0 1 2) (l (make-coroutine-generator (lambda (yield) (let loop ((i 0)) (if (< i 3) (begin (yield i) (loop (+ i 1)))))))))
(test-equal "coroutines one beside another, with winds" '((a 1) (b 2) #t #t)
  (let* ((log '())
         (make (lambda items (make-coroutine-generator
                              (lambda (yield) (dynamic-wind (lambda () (set! log (cons 'in log))) (lambda () (for-each yield items)) (lambda () (set! log (cons 'out log))))))))
         (g (make 'a 'b)) (h (make 1 2)))
    (let* ((x (list (g) (h))) (y (list (g) (h))))
      (list x y (eof-object? (g)) (eof-object? (g))))))
(test-equal '((1 2) (1 2) (2 3) (3 2 1) (2 1) (#\b #\c) (2 3))
  (list (l (list->generator '(1 2))) (l (vector->generator '#(1 2))) (l (vector->generator '#(1 2 3) 1)) (l (reverse-vector->generator '#(1 2 3)))
        (l (reverse-vector->generator '#(0 1 2 3) 1 3)) (l (string->generator "abc" 1)) (l (bytevector->generator (bytevector 1 2 3) 1 3))))
(test-error 'out-of-range (vector->generator '#(1) 2))
(test-equal '(1 2 3) (l ((make-for-each-generator for-each) '(1 2 3))))
(test-equal '(0 1 4) (l (make-unfold-generator (lambda (s) (> s 2)) (lambda (s) (* s s)) (lambda (s) (+ s 1)) 0)))

;; ---- operations
(test-equal '(a b 1 2) (l (gcons* 'a 'b (to 2))))
(test-equal '((1 2 1) ()) (list (l (gappend (to 2) (generator) (to 1))) (l (gappend))))
(test-equal '(1 1 2 1 2 3) (l (gflatten (generator (to 1) (generator) (to 2) (to 3)))))
(test-equal '(((1 2) (3 4) (5)) ((1 2) (3 x)) ()) (list (l (ggroup (to 5) 2)) (l (ggroup (to 3) 2 'x)) (l (ggroup (to 0) 2))))
(test-equal '((1 2 3 4 5 6) (1 2)) (list (l (gmerge < (generator 1 4 6) (generator 2 5) (generator 3))) (l (gmerge < (to 2)))))
(test-equal "merging is stable" '((1 . a) (1 . b) (2 . a)) (l (gmerge (lambda (x y) (< (car x) (car y))) (generator '(1 . a) '(2 . a)) (generator '(1 . b)))))
(test-equal '((-1 -2) (11 22)) (list (l (gmap - (to 2))) (l (gmap + (to 5) (generator 10 20)))))
(test-equal '(11 13 16) (l (gcombine (lambda (x sum) (values (+ x sum) (+ x sum))) 10 (to 3))))
(test-equal '((2 4) (1 3 5)) (list (l (gfilter even? (to 5))) (l (gremove even? (to 5)))))
(test-equal '(1 3 5) (l (gstate-filter (lambda (x state) (values state (not state))) #t (to 5))))
(test-equal '((1 2) (1 2 x) (1)) (list (l (gtake (to 5) 2)) (l (gtake (to 2) 3 'x)) (l (gtake (to 1) 3))))
(test-equal '((3 4) ()) (list (l (gdrop (to 4) 2)) (l (gdrop (to 1) 5))))
(test-equal '((1 2) (3 1)) (list (l (gtake-while (lambda (x) (< x 3)) (generator 1 2 3 1))) (l (gdrop-while (lambda (x) (< x 3)) (generator 1 2 3 1)))))
(test-equal '((1 3) (3 4)) (list (l (gdelete 2 (generator 1 2 3 2))) (l (gdelete 2 (to 4) >=))))
(test-equal '((1 2 1) (1 3)) (list (l (gdelete-neighbor-dups (generator 1 1 2 2 1))) (l (gdelete-neighbor-dups (generator 1 2 3 2) (lambda (a b) (= 1 (abs (- a b))))))))
(test-equal '((a d) (a c)) (list (l (gindex (generator 'a 'b 'c 'd) (generator 0 3 9))) (l (gselect (generator 'a 'b 'c) (generator #t #f #t #t)))))

;; ---- consuming
(test-equal '((1 2 3) (1 2) (3 2 1) (2 1) #(1 2 3) #(1) "ab" "a")
  (list (l (to 3)) (l (to 3) 2) (generator->reverse-list (to 3)) (generator->reverse-list (to 3) 2) (generator->vector (to 3)) (generator->vector (to 3) 1)
        (generator->string (string->generator "ab")) (generator->string (string->generator "ab") 1)))
(test-equal "no more is taken than asked for" 3 (let ((g (to 5))) (l g 2) (g)))
(test-equal '((2 #(0 1 2 0)) (1 #(0 0 0 1)))
  (map (lambda (n at) (let* ((v (make-vector 4 0)) (k (generator->vector! v at (to n)))) (list k v))) '(2 9) '(1 3)))
(test-equal '(6 (2 b 1 a)) (list (generator-fold + 0 (to 3)) (generator-fold (lambda (a b acc) (cons a (cons b acc))) '() (to 5) (generator 'a 'b))))
(test-equal '((1 4 9) (5 7)) (list (generator-map->list (lambda (x) (* x x)) (to 3)) (generator-map->list + (generator 1 2) (generator 4 5 6))))
(test-equal '(33 22 11) (let ((seen '())) (generator-for-each (lambda (a b) (set! seen (cons (+ a b) seen))) (to 3) (generator 10 20 30)) seen))
(test-equal '(2 #f 2 4 #f 9 #f #t)
  (list (generator-find even? (to 5)) (generator-find even? (to 1)) (generator-count even? (to 5))
        (generator-any (lambda (x) (and (even? x) (* x x))) (to 5)) (generator-any even? (to 1))
        (generator-every (lambda (x) (* x x)) (to 3)) (generator-every even? (to 3)) (generator-every even? (generator))))
(test-equal '(1 2 3) (generator-unfold (to 3) unfold))

;; ---- accumulators
(define (accumulated accumulator . values) (for-each accumulator values) (accumulator (eof-object)))
(test-equal '((1 2 3) 2 (a b) (b a) #(a b) #(b a) "ab" #u8(1 2) 6 24 0)
  (list (accumulated (make-accumulator cons '() reverse) 1 2 3) (accumulated (count-accumulator) 'a 'b) (accumulated (list-accumulator) 'a 'b)
        (accumulated (reverse-list-accumulator) 'a 'b) (accumulated (vector-accumulator) 'a 'b) (accumulated (reverse-vector-accumulator) 'a 'b)
        (accumulated (string-accumulator) #\a #\b) (accumulated (bytevector-accumulator) 1 2) (accumulated (sum-accumulator) 1 2 3)
        (accumulated (product-accumulator) 2 3 4) (accumulated (sum-accumulator))))
(test-equal '(#(0 a b) #u8(0 7 0)) (list (accumulated (vector-accumulator! (make-vector 3 0) 1) 'a 'b) (accumulated (bytevector-accumulator! (make-bytevector 3 0) 1) 7)))

;; What is captured again and again keeps its size.
(test-equal "a generator that is asked two hundred thousand times" 199999
  (let ((g (make-coroutine-generator
            (lambda (yield) (let loop ((i 0)) (yield i) (loop (+ i 1)))))))
    (let ask ((i 0) (last #f))
      (if (= i 200000) last (ask (+ i 1) (g))))))
(test-equal "one that leaves and enters a wind each time" '(0 1 2 (in out in out in out))
  (let* ((log '()) (note (lambda (what) (lambda () (set! log (cons what log)))))
         (g (make-coroutine-generator
             (lambda (yield)
               (dynamic-wind (note 'in) (lambda () (yield 0) (yield 1) (yield 2)) (note 'out))))))
    (let* ((a (g)) (b (g)) (c (g)))
      (list a b c (reverse log)))))
(test-equal "one inside of another, and an error that leaves it" '(1 2 caught 7)
  (let* ((inner (make-coroutine-generator (lambda (yield) (yield 1) (yield 2) (raise 'caught))))
         (outer (make-coroutine-generator
                 (lambda (yield)
                   (yield (inner))
                   (yield (inner))
                   (yield (guard (e (#t e)) (inner)))
                   (yield 7)))))
    (let* ((a (outer)) (b (outer)) (c (outer)) (d (outer)))
      (list a b c d))))

(test-end "SRFI 158")

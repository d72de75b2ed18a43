;; Delayed evaluation: R7RS 4.2.5.
(import (scheme base) (scheme lazy) (srfi 64))

(test-begin "lazy")

(test-equal 3 (force (delay (+ 1 2))))
(test-equal '(3 3) (let ((p (delay (+ 1 2)))) (list (force p) (force p))))
(test-equal "a promise is computed once" '(6 6 1)
  (let* ((n 0) (p (delay (begin (set! n (+ n 1)) (* n 6)))))
    (let* ((a (force p)) (b (force p))) (list a b n))))
(test-equal "nothing is computed before" 0
  (let* ((n 0) (p (delay (set! n 1)))) n))
(test-equal #t (promise? (delay 1)))
(test-equal #t (promise? (make-promise 1)))
(test-equal #t (promise? (delay-force (delay 1))))
(test-equal #f (promise? 1))
(test-equal #f (promise? (lambda () 1)))
(test-equal 5 (force (make-promise 5)))
(test-equal "make-promise keeps a promise" #t
  (let ((p (delay 1))) (eq? p (make-promise p))))
(test-equal "force of what is no promise" 7 (force 7))
(test-equal '(1 2) (force (delay '(1 2))))
(test-equal 9 (force (delay-force (delay 9))))
(test-equal "a promise of a promise" #t (promise? (force (delay (delay 1)))))

(define integers
  (letrec ((next (lambda (n) (delay (cons n (next (+ n 1))))))) (next 0)))
(define (head stream) (car (force stream)))
(define (tail stream) (cdr (force stream)))
(test-equal 2 (head (tail (tail integers))))
(define (stream-filter p? s)
  (delay-force
   (if (null? (force s))
       (delay '())
       (let ((h (car (force s))) (t (cdr (force s))))
         (if (p? h)
             (delay (cons h (stream-filter p? t)))
             (stream-filter p? t))))))
(test-equal 5 (head (tail (tail (stream-filter odd? integers)))))

(test-equal "re-entrant forcing: the first value stands" '(6 6)
  (let* ((count 0) (x 5)
         (p #f))
    (set! p (delay (begin (set! count (+ count 1))
                          (if (> count x) count (force p)))))
    (let* ((first (force p)) (second (begin (set! x 10) (force p)))) (list first second))))
(test-equal "the re-entrancy test of SRFI 45" 0
  (letrec ((p (delay (if c 0 (begin (set! c #t) (+ (force p) 1))))) (c #f))
    (force p)))
(test-equal "a chain of delay-force runs in constant space" 0
  (let ()
    (define (loop n) (if (= n 0) (delay 0) (delay-force (loop (- n 1)))))
    (force (loop 100000))))
(test-equal "so does a search in a stream" 50000
  (let ()
    (define (from n) (delay (cons n (from (+ n 1)))))
    (define (search s p?)
      (delay-force (let ((v (force s))) (if (p? (car v)) (delay (car v)) (search (cdr v) p?)))))
    (force (search (from 0) (lambda (n) (= n 50000))))))
(test-equal "an error leaves the promise to be tried again" '(failed 42)
  (let* ((ready #f) (p (delay (if ready 42 (error "not yet")))))
    (let ((first (guard (e (#t 'failed)) (force p))))
      (set! ready #t)
      (list first (force p)))))
(test-equal "delay sees the parameters of the force" 'inside
  (let* ((p (make-parameter 'outside)) (promise (delay (p))))
    (parameterize ((p 'inside)) (force promise))))

(test-end "lazy")

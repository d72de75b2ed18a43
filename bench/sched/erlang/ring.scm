;; A message goes round a ring of 1,000 processes: CPU nanoseconds a hop.
(import (scheme base) (scheme write) (srfi 19) (fermata erlang))

(define size 1000)
(define hops 1000000)

(define (node next)
  (receive
    (('token 0) (! next '(token 0)))
    (('token n) (! next (list 'token (- n 1))) (node next))))

(define (make-ring n next)
  (if (= n 0)
      next
      (make-ring (- n 1) (spawn node next))))

;; The first one closes the ring, and is told by what comes round at the end.
(define (first-node next done)
  (receive
    (('token 0) (! done 'done))
    (('token n) (! next (list 'token (- n 1))) (first-node next done))))

(define (cpu-time)
  (let ((t (current-time time-process)))
    (+ (* 1000000000 (time-second t)) (time-nanosecond t))))

(let* ((me (self))
       (first (spawn (lambda () (receive (('next next) (first-node next me))))))
       (last (make-ring (- size 1) first)))
  (! first (list 'next last))
  (let ((start (cpu-time)))
    (! first (list 'token hops))
    (receive ('done #t))
    (display "ring ")
    (display (round (/ (- (cpu-time) start) (inexact hops))))
    (newline)))

;; Calls with a fresh reference, first with an empty mailbox, then beside 100,000 messages:
;; CPU nanoseconds a call.
(import (scheme base) (scheme write) (srfi 19) (fermata erlang))

(define backlog 100000)
(define calls 200000)

(define me (self))

(define (echo)
  (receive
    (('call from ref n) (! from (list ref n)) (echo))))

(define server (spawn echo))

(define (call n)
  (if (> n 0)
      (let ((ref (make-ref)))
        (! server (list 'call me ref n))
        (receive (((== ref) n) n))
        (call (- n 1)))))

(define (fill n)
  (if (> n 0)
      (begin
        (! me (list 'noise n))
        (fill (- n 1)))))

(define (cpu-time)
  (let ((t (current-time time-process)))
    (+ (* 1000000000 (time-second t)) (time-nanosecond t))))

(define (measure name)
  (call 1000)
  (let ((start (cpu-time)))
    (call calls)
    (display name)
    (display " ")
    (display (round (/ (- (cpu-time) start) (inexact calls))))
    (newline)))

(measure "call")
(fill backlog)
(measure "call-backlog")

;; Two processes send a message to and fro: CPU nanoseconds a round trip.
(import (scheme base) (scheme write) (srfi 19) (fermata erlang))

(define rounds 1000000)

(define (pong)
  (receive
    ((from n) (! from n) (pong))))

(define (ping n to)
  (if (> n 0)
      (begin
        (! to (list (self) n))
        (receive ((== n) #t))
        (ping (- n 1) to))))

(define (cpu-time)
  (let ((t (current-time time-process)))
    (+ (* 1000000000 (time-second t)) (time-nanosecond t))))

(let* ((to (spawn pong)) (start (cpu-time)))
  (ping rounds to)
  (display "pingpong ")
  (display (round (/ (- (cpu-time) start) (inexact rounds))))
  (newline))

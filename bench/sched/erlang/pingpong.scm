;; Two processes send a message to and fro: nanoseconds a round trip.
(import (scheme base) (scheme write) (scheme time) (fermata erlang))

(define rounds 500000)

(define (pong)
  (receive
    (('ping from) (! from 'pong) (pong))
    ('stop 'done)))

(define (ping n to)
  (if (> n 0)
      (begin
        (! to (list 'ping (self)))
        (receive ('pong (ping (- n 1) to))))))

(let ((other (spawn pong)) (start (current-jiffy)))
  (ping rounds other)
  (! other 'stop)
  (display "pingpong ")
  (display (exact (round (/ (* 1e9 (- (current-jiffy) start))
                            (jiffies-per-second) rounds))))
  (newline))

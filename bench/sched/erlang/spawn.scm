;; Processes that end at once, a million in all: CPU nanoseconds each.
(import (scheme base) (scheme write) (srfi 19) (fermata erlang))

(define count 1000000)
(define me (self))

;; Each one begins the next, in a thousand lines.
(define (line n)
  (if (= n 0)
      (! me 'done)
      (spawn (lambda () (line (- n 1))))))

(define (cpu-time)
  (let ((t (current-time time-process)))
    (+ (* 1000000000 (time-second t)) (time-nanosecond t))))

(let ((start (cpu-time)))
  (do ((i 0 (+ i 1))) ((= i 1000)) (line 1000))
  (do ((i 0 (+ i 1))) ((= i 1000)) (receive ('done #t)))
  (display "spawn ")
  (display (round (/ (- (cpu-time) start) (inexact count))))
  (newline))

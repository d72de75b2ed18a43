;; A receive passes over 10,000 messages it does not want: CPU nanoseconds for each of them.
(import (scheme base) (scheme write) (srfi 19) (fermata erlang))

(define backlog 10000)
(define rounds 500)

(define me (self))

(define (fill n)
  (if (> n 0)
      (begin
        (! me (list 'noise n))
        (fill (- n 1)))))

(define (pick n)
  (if (> n 0)
      (begin
        (! me (list 'wanted n))
        (receive (('wanted i) i))
        (pick (- n 1)))))

(define (cpu-time)
  (let ((t (current-time time-process)))
    (+ (* 1000000000 (time-second t)) (time-nanosecond t))))

(fill backlog)
(pick 10)
(let ((start (cpu-time)))
  (pick rounds)
  (display "selective ")
  (display (/ (round (/ (* 10. (- (cpu-time) start)) rounds backlog)) 10))
  (newline))

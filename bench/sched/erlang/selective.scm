;; A receive that passes over 10,000 messages it does not want: nanoseconds for each of them.
(import (scheme base) (scheme write) (scheme time) (fermata erlang))

(define backlog 10000)
(define rounds 200)

(define me (self))
(do ((i 0 (+ i 1))) ((= i backlog)) (! me (list 'noise i)))

(define (run n)
  (if (> n 0)
      (begin
        (! me (list 'wanted n))
        (receive (('wanted i) i))
        (run (- n 1)))))

(run 10)
(let ((start (current-jiffy)))
  (run rounds)
  (display "selective ")
  (display (/ (round (/ (* 1e10 (- (current-jiffy) start))
                        (jiffies-per-second) rounds backlog))
              10))
  (newline))

;; A token goes round a ring of 1,000 processes: nanoseconds a hop.
(import (scheme base) (scheme write) (scheme time)
        (fermata erlang))

(define size 1000)
(define hops 1000000)

(define (node next)
  (receive
    ('stop (! next 'stop))
    (n (! next (+ n 1)) (node next))))

(define (make-ring n next)
  (if (= n 0)
      next
      (make-ring (- n 1) (spawn (lambda () (node next))))))

(define (go n next)
  (if (< n hops)
      (begin
        (! next n)
        (go (receive (m m)) next))
      (! next 'stop)))

(let* ((first (make-ring (- size 1) (self)))
       (start (current-jiffy)))
  (go 0 first)
  (display "ring ")
  (display (exact (round (/ (* 1e9 (- (current-jiffy) start))
                            (jiffies-per-second) hops))))
  (newline))

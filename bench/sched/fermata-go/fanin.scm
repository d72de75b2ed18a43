;; A hundred tasks send to one over a channel with room for 128.
(import (scheme base) (scheme write) (fermata go))
(define n 1000000)
(define c (make-chan 128))
(define (produce i)
  (if (< i (quotient n 100))
      (begin
        (chan-send! c i)
        (produce (+ i 1)))))
(do ((p 0 (+ p 1)))
    ((= p 100))
  (go (produce 0)))
(define (consume i sum)
  (if (= i n)
      sum
      (consume (+ i 1) (+ sum (chan-recv! c)))))
(display "fanin: ")
(display (consume 0 0))
(newline)

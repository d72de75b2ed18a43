;; Two tasks send a number back and forth, over unbuffered channels.
(import (scheme base) (scheme write) (fermata go))
(define n 1000000)
(define ping (make-chan))
(define pong (make-chan))
(define (answer)
  (chan-send! pong (+ 1 (chan-recv! ping)))
  (answer))
(go (answer))
(define (play i v)
  (if (= i n)
      v
      (begin
        (chan-send! ping v)
        (play (+ i 1) (chan-recv! pong)))))
(display "pingpong: ")
(display (play 0 0))
(newline)

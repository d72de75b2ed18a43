;; A token goes round a ring of 1,000 tasks, over unbuffered channels.
(import (scheme base) (scheme write) (fermata go))
(define tasks 1000)
(define rounds 1000)
(define (worker in out)
  (chan-send! out (+ 1 (chan-recv! in)))
  (worker in out))
(define first (make-chan))
(define last
  (let loop ((i 1) (in first))
    (if (= i tasks)
        in
        (let ((out (make-chan)))
          (go (worker in out))
          (loop (+ i 1) out)))))
(define (turn i token)
  (if (= i rounds)
      token
      (begin
        (chan-send! first token)
        (turn (+ i 1) (+ 1 (chan-recv! last))))))
(display "ring: ")
(display (turn 0 0))
(newline)

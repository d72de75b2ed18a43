;; Calls of a gen-server: CPU nanoseconds each.
(import (scheme base) (scheme write) (srfi 19) (fermata erlang))

(define calls 200000)

(define counter
  (make-module
   'init (lambda (n) (list 'ok n))
   'handle-call (lambda (request from n) (list 'reply n (+ n 1)))))

(define server (cadr (gen-server-start counter 0)))

(define (call n)
  (if (> n 0)
      (begin
        (gen-server-call server 'next)
        (call (- n 1)))))

(define (cpu-time)
  (let ((t (current-time time-process)))
    (+ (* 1000000000 (time-second t)) (time-nanosecond t))))

(call 1000)
(let ((start (cpu-time)))
  (call calls)
  (display "server ")
  (display (round (/ (- (cpu-time) start) (inexact calls))))
  (newline))

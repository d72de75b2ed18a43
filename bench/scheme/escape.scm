;; Escapes: call/cc leaves a procedure early, 400,000 times, from under a hundred calls
;; that have not returned yet.
(import (scheme base) (scheme write))

(define (leave-with x)
  (call-with-current-continuation
   (lambda (return)
     (return x)
     0)))

(define (escapes n)
  (let loop ((i 0) (sum 0))
    (if (= i n)
        sum
        (loop (+ i 1) (+ sum (leave-with 1))))))

(define (under depth n)
  (if (= depth 0)
      (escapes n)
      (+ 1 (under (- depth 1) n))))

(display "escape: ")
(display (under 100 400000))
(newline)

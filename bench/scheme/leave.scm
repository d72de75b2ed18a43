;; Escapes out of for-each: the continuation is called from another procedure, 400,000 times,
;; from under a hundred calls that have not returned yet.
(import (scheme base) (scheme write))

(define (first-negative numbers)
  (call-with-current-continuation
   (lambda (return)
     (for-each (lambda (x) (if (negative? x) (return x))) numbers)
     0)))

(define (leaves n)
  (let loop ((i 0) (sum 0))
    (if (= i n)
        sum
        (loop (+ i 1) (- sum (first-negative '(1 -1 2)))))))

(define (under depth n)
  (if (= depth 0)
      (leaves n)
      (+ 1 (under (- depth 1) n))))

(display "leave: ")
(display (under 100 400000))
(newline)

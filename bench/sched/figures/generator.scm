;; Generators: nanoseconds of processor time for each value that is asked for.
(import (scheme base) (scheme write) (srfi 158) (only (fermata builtins) runtime))

(define n 1000000)
(define numbers
  (make-coroutine-generator
   (lambda (yield)
     (let loop ((i 0))
       (yield i)
       (loop (+ i 1))))))
(define (ask i sum)
  (if (= i n)
      sum
      (ask (+ i 1) (+ sum (numbers)))))

(let ((start (runtime)))
  (ask 0 0)
  (display "generator ")
  (display (round (/ (* 1e9 (- (runtime) start)) n)))
  (newline))

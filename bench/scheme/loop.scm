;; A named let that counts to a hundred million: nothing but the loop.
(import (scheme base) (scheme write))

(define (count limit)
  (let loop ((i 0) (sum 0))
    (if (= i limit)
        sum
        (loop (+ i 1) (+ sum i)))))

(display "loop: ")
(display (count 100000000))
(newline)

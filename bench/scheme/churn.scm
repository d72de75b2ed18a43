;; Lists of a thousand pairs, built and dropped: allocation and nothing kept.
(import (scheme base) (scheme write))

(define (build n)
  (let loop ((i 0) (list '()))
    (if (= i n)
        list
        (loop (+ i 1) (cons i list)))))

(define (churn rounds)
  (let loop ((i 0) (sum 0))
    (if (= i rounds)
        sum
        (loop (+ i 1) (+ sum (car (build 1000)))))))

(display "churn: ")
(display (churn 20000))
(newline)

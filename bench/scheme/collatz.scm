;; Integer loops: lengths of sequences, greatest common divisors, digits, divisor sums.
(import (scheme base) (scheme write))

(define (steps n)
  (let loop ((n n) (k 0))
    (cond ((= n 1) k)
          ((even? n) (loop (quotient n 2) (+ k 1)))
          (else (loop (+ (* 3 n) 1) (+ k 1))))))

(define (longest below)
  (let loop ((i 1) (best 0) (at 0))
    (if (= i below)
        (+ (* 1000 at) best)
        (let ((s (steps i)))
          (if (> s best) (loop (+ i 1) s i) (loop (+ i 1) best at))))))

(define (coprime-pairs n)
  (let loop ((a 1) (b 1) (count 0))
    (cond ((> a n) count)
          ((> b n) (loop (+ a 1) 1 count))
          (else
           (loop a (+ b 1)
                 (if (= 1 (let euclid ((x a) (y b))
                            (if (= y 0) x (euclid y (remainder x y)))))
                     (+ count 1)
                     count))))))

(display "collatz: ")
(display (+ (longest 60000) (coprime-pairs 500)))
(newline)

;; Digits of pi by Machin's formula with big integers, written out.
(import (scheme base) (scheme write))

(define (arctan-inverse x unit)
  (let ((square (* x x)))
    (let loop ((term (quotient unit x)) (sum 0) (n 1) (sign 1))
      (if (= term 0)
          sum
          (loop (quotient term square)
                (+ sum (* sign (quotient term n)))
                (+ n 2)
                (- sign))))))

(define (pi-digits digits)
  (let* ((unit (expt 10 (+ digits 10)))
         (quarter (- (* 4 (arctan-inverse 5 unit)) (arctan-inverse 239 unit))))
    (quotient (* 4 quarter) (expt 10 10))))

(define (digit-sum s)
  (let loop ((i 0) (acc 0))
    (if (= i (string-length s))
        acc
        (loop (+ i 1) (+ acc (- (char->integer (string-ref s i)) 48))))))

(display "pi: ")
(display (digit-sum (number->string (pi-digits 25000))))
(newline)

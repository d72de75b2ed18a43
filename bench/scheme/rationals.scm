;; Exact fractions: harmonic numbers and Bernoulli numbers.
(import (scheme base) (scheme write))

(define (harmonic n)
  (let loop ((k 1) (sum 0))
    (if (> k n) sum (loop (+ k 1) (+ sum (/ 1 k))))))

;; Akiyama and Tanigawa's triangle.
(define (bernoulli n)
  (let ((row (make-vector (+ n 1) 0)))
    (let outer ((m 0))
      (if (> m n)
          (vector-ref row 0)
          (begin
            (vector-set! row m (/ 1 (+ m 1)))
            (let inner ((j m))
              (when (> j 0)
                (vector-set! row (- j 1)
                             (* j (- (vector-ref row (- j 1)) (vector-ref row j))))
                (inner (- j 1))))
            (outer (+ m 1)))))))

;; Newton's method for the square root of n, a few steps from n itself.
(define (root n)
  (let loop ((x n) (i 0))
    (if (= i 5) x (loop (/ (+ x (/ n x)) 2) (+ i 1)))))

(define (continued n)
  (let loop ((i 0) (x 1/2))
    (if (= i n) x (loop (+ i 1) (/ (+ 1 (modulo i 5) x))))))

(display "rationals: ")
(display (let loop ((i 0)
                    (acc (+ (numerator (harmonic 1500)) (denominator (bernoulli 120)))))
           (if (= i 12000)
               (modulo acc 1000003)
               (loop (+ i 1)
                     (+ acc (numerator (root (+ 2 (modulo i 50)))) (denominator (continued 30)))))))
(newline)

;; Products of matrices of floating-point numbers, rows in vectors.
(import (scheme base) (scheme write))

(define (make-matrix n f)
  (let ((m (make-vector n)))
    (do ((i 0 (+ i 1))) ((= i n) m)
      (let ((row (make-vector n 0.0)))
        (do ((j 0 (+ j 1))) ((= j n))
          (vector-set! row j (f i j)))
        (vector-set! m i row)))))

(define (transpose m)
  (make-matrix (vector-length m) (lambda (i j) (vector-ref (vector-ref m j) i))))

(define (dot a b)
  (let ((n (vector-length a)))
    (let loop ((k 0) (sum 0.0))
      (if (= k n)
          sum
          (loop (+ k 1) (+ sum (* (vector-ref a k) (vector-ref b k))))))))

(define (multiply a b)
  (let ((columns (transpose b)))
    (make-matrix (vector-length a)
                 (lambda (i j) (dot (vector-ref a i) (vector-ref columns j))))))

(define a (make-matrix 130 (lambda (i j) (/ (+ i j 1.0) 130.0))))
(define b (make-matrix 130 (lambda (i j) (if (= i j) 1.5 (/ 1.0 (+ i (* 2.0 j) 3.0))))))

(display "matmul: ")
(let loop ((i 0) (m a))
  (if (= i 4)
      (display (exact (round (* 1000.0 (vector-ref (vector-ref m 17) 99)))))
      (loop (+ i 1) (multiply m b))))
(newline)

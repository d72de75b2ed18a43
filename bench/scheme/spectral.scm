;; The spectral norm of an infinite matrix, by power iteration: division of floats.
(import (scheme base) (scheme inexact) (scheme write))

(define n 260)

(define (element i j)
  (/ 1.0 (+ (* 0.5 (* (+ i j) (+ i j 1.0))) i 1.0)))

(define (times v element)
  (let ((result (make-vector n 0.0)))
    (do ((i 0 (+ i 1))) ((= i n) result)
      (vector-set! result i
                   (let loop ((j 0) (sum 0.0))
                     (if (= j n)
                         sum
                         (loop (+ j 1)
                               (+ sum (* (element i j) (vector-ref v j))))))))))

(define (times-both v)
  (times (times v element) (lambda (i j) (element j i))))

(display "spectral: ")
(let loop ((i 0) (u (make-vector n 1.0)))
  (let ((v (times-both u)))
    (if (< i 8)
        (loop (+ i 1) (times-both v))
        (let sums ((k 0) (vbv 0.0) (vv 0.0))
          (if (< k n)
              (sums (+ k 1)
                    (+ vbv (* (vector-ref u k) (vector-ref v k)))
                    (+ vv (* (vector-ref v k) (vector-ref v k))))
              (display (exact (round (* 1000000.0 (sqrt (/ vv vbv)))))))))))
(newline)

;; Dynamic programming: the longest common subsequence and the edit distance of strings.
(import (scheme base) (scheme write))

(define (random-string n seed)
  (let ((s (make-string n)))
    (let loop ((i 0) (x seed))
      (if (= i n)
          s
          (begin
            (string-set! s i (string-ref "acgt" (quotient (modulo x 1024) 256)))
            (loop (+ i 1) (modulo (+ (* x 1103) 12345) 65536)))))))

(define (lcs a b)
  (let* ((m (string-length a)) (n (string-length b))
         (row (make-vector (+ n 1) 0)))
    (do ((i 1 (+ i 1))) ((> i m) (vector-ref row n))
      (let ((c (string-ref a (- i 1))))
        (let loop ((j 1) (diagonal 0))
          (when (<= j n)
            (let ((above (vector-ref row j)))
              (vector-set! row j
                           (if (char=? c (string-ref b (- j 1)))
                               (+ diagonal 1)
                               (max above (vector-ref row (- j 1)))))
              (loop (+ j 1) above))))))))

(define (distance a b)
  (let* ((m (string-length a)) (n (string-length b))
         (row (make-vector (+ n 1) 0)))
    (do ((j 0 (+ j 1))) ((> j n)) (vector-set! row j j))
    (do ((i 1 (+ i 1))) ((> i m) (vector-ref row n))
      (let loop ((j 1) (diagonal (vector-ref row 0)))
        (if (= j 1) (vector-set! row 0 i))
        (when (<= j n)
          (let ((above (vector-ref row j)))
            (vector-set! row j
                         (min (+ above 1)
                              (+ (vector-ref row (- j 1)) 1)
                              (+ diagonal
                                 (if (char=? (string-ref a (- i 1)) (string-ref b (- j 1))) 0 1))))
            (loop (+ j 1) above)))))))

(display "lcs: ")
(let ((a (random-string 1400 7)) (b (random-string 1500 99)))
  (display (+ (* 10000 (lcs a b)) (distance a b))))
(newline)

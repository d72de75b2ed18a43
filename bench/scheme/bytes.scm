;; Bytevectors: checksums, copying, run-length coding.
(import (scheme base) (scheme write))

(define (make-data n)
  (let ((b (make-bytevector n 0)))
    (let loop ((i 0) (x 17))
      (if (= i n)
          b
          (begin
            (bytevector-u8-set! b i (if (< (modulo x 97) 60) 7 (modulo x 5)))
            (loop (+ i 1) (modulo (+ (* x 1103) 12345) 65536)))))))

(define (adler b)
  (let ((n (bytevector-length b)))
    (let loop ((i 0) (s 1) (t 0))
      (if (= i n)
          (+ (* t 65536) s)
          (let ((s (modulo (+ s (bytevector-u8-ref b i)) 65521)))
            (loop (+ i 1) s (modulo (+ t s) 65521)))))))

(define (pack b)
  (let* ((n (bytevector-length b)) (out (make-bytevector (* 2 n) 0)))
    (let loop ((i 0) (at 0))
      (if (= i n)
          (cons out at)
          (let ((c (bytevector-u8-ref b i)))
            (let run ((j (+ i 1)))
              (if (and (< j n) (< (- j i) 255) (= c (bytevector-u8-ref b j)))
                  (run (+ j 1))
                  (begin
                    (bytevector-u8-set! out at (- j i))
                    (bytevector-u8-set! out (+ at 1) c)
                    (loop j (+ at 2))))))))))

(define (unpack packed n)
  (let ((b (make-bytevector n 0)) (in (car packed)))
    (let loop ((at 0) (i 0))
      (if (= at (cdr packed))
          b
          (let ((count (bytevector-u8-ref in at)) (c (bytevector-u8-ref in (+ at 1))))
            (let fill ((k 0))
              (if (< k count)
                  (begin (bytevector-u8-set! b (+ i k) c) (fill (+ k 1)))
                  (loop (+ at 2) (+ i count)))))))))

(display "bytes: ")
(let* ((data (make-data 100000)))
  (display (let loop ((i 0) (acc 0))
             (if (= i 24)
                 acc
                 (let ((packed (pack data)))
                   (loop (+ i 1)
                         (modulo (+ acc (cdr packed) (adler (unpack packed 100000))) 1000003)))))))
(newline)

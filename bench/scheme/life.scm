;; The game of life on a torus, in a vector of vectors, and again on lists of cells.
(import (scheme base) (scheme write))

(define size 40)

(define (make-board f)
  (let ((board (make-vector size)))
    (do ((y 0 (+ y 1))) ((= y size) board)
      (let ((row (make-vector size 0)))
        (do ((x 0 (+ x 1))) ((= x size))
          (vector-set! row x (f x y)))
        (vector-set! board y row)))))

(define (at board x y)
  (vector-ref (vector-ref board (modulo y size)) (modulo x size)))

(define (neighbours board x y)
  (let loop ((dy -1) (dx -1) (sum 0))
    (cond ((> dy 1) sum)
          ((> dx 1) (loop (+ dy 1) -1 sum))
          ((and (= dx 0) (= dy 0)) (loop dy (+ dx 1) sum))
          (else (loop dy (+ dx 1) (+ sum (at board (+ x dx) (+ y dy))))))))

(define (step board)
  (make-board (lambda (x y)
                (let ((n (neighbours board x y)))
                  (cond ((= n 3) 1)
                        ((= n 2) (at board x y))
                        (else 0))))))

(define (population board)
  (let loop ((y 0) (sum 0))
    (if (= y size)
        sum
        (loop (+ y 1) (+ sum (apply + (vector->list (vector-ref board y))))))))

(display "life: ")
(let loop ((i 0)
           (board (make-board (lambda (x y) (if (< (modulo (+ (* x 7) (* y 13) (* x y)) 11) 4) 1 0))))
           (sum 0))
  (if (= i 200)
      (display sum)
      (loop (+ i 1) (step board) (+ sum (population board)))))
(newline)

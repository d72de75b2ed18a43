;; Parameters: parameterize in loops and recursion, with and without converters.
(import (scheme base) (scheme write))

(define level (make-parameter 0))
(define width (make-parameter 10 (lambda (x) (if (number? x) x 0))))

(define (nested n)
  (if (= n 0)
      (+ (level) (width))
      (parameterize ((level (+ (level) 1)))
        (+ 1 (nested (- n 1))))))

(define (both i)
  (parameterize ((level i) (width (+ i 1)))
    (+ (level) (* 2 (width)))))

(display "parameters: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 120000)
               acc
               (loop (+ i 1)
                     (modulo (+ acc (both i) (nested 5) (level)) 1000003)))))
(newline)

;; Numbers through procedures: integration by Simpson's rule, roots by bisection and
;; Newton's method; the functions are arguments.
(import (scheme base) (scheme inexact) (scheme write))

(define (integrate f a b steps)
  (let ((h (/ (- b a) (inexact steps))))
    (let loop ((i 1) (sum (+ (f a) (f b))))
      (if (= i steps)
          (* sum (/ h 3.0))
          (loop (+ i 1)
                (+ sum (* (if (odd? i) 4.0 2.0) (f (+ a (* h (inexact i)))))))))))

(define (derivative f)
  (lambda (x) (/ (- (f (+ x 1e-6)) (f (- x 1e-6))) 2e-6)))

(define (newton f x)
  (let ((slope (derivative f)))
    (let loop ((x x) (i 0))
      (let ((next (- x (/ (f x) (slope x)))))
        (if (or (= i 50) (< (abs (- next x)) 1e-12))
            next
            (loop next (+ i 1)))))))

(define (bisect f low high)
  (let ((middle (/ (+ low high) 2.0)))
    (cond ((< (- high low) 1e-10) middle)
          ((< (* (f low) (f middle)) 0.0) (bisect f low middle))
          (else (bisect f middle high)))))

(define (polynomial . coefficients)
  (lambda (x)
    (let loop ((cs coefficients) (acc 0.0))
      (if (null? cs) acc (loop (cdr cs) (+ (* acc x) (car cs)))))))

(define p (polynomial 1.0 -6.0 11.5 -6.25))

(display "integrate: ")
(display (let loop ((i 0) (acc 0.0))
           (if (= i 200)
               (exact (round (* 1000.0 acc)))
               (loop (+ i 1)
                     (+ acc
                        (integrate (lambda (x) (* x (sin x))) 0.0 3.0 4000)
                        (integrate p 0.0 (+ 1.0 (* 0.1 i)) 2000)
                        (newton p 10.0)
                        (bisect (lambda (x) (- (* x x) 2.0)) 0.0 2.0))))))
(newline)

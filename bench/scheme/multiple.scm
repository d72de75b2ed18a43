;; Multiple values and variable arguments: values, call-with-values, let-values, rest
;; arguments, apply, case-lambda.
(import (scheme base) (scheme case-lambda) (scheme write))

(define (divide a b) (values (quotient a b) (remainder a b)))

(define (digits n)
  (let loop ((n n) (sum 0))
    (if (= n 0)
        sum
        (let-values (((q r) (divide n 10)))
          (loop q (+ sum r))))))

(define (split l)
  (if (or (null? l) (null? (cdr l)))
      (values l '())
      (let-values (((a b) (split (cddr l))))
        (values (cons (car l) a) (cons (cadr l) b)))))

(define (bounds . numbers)
  (let loop ((l (cdr numbers)) (low (car numbers)) (high (car numbers)))
    (if (null? l)
        (values low high)
        (loop (cdr l) (min low (car l)) (max high (car l))))))

(define area
  (case-lambda
    ((r) (* 3 r r))
    ((a b) (* a b))
    ((a b . more) (+ (* a b) (length more)))))

(define (compose . fs)
  (if (null? (cdr fs))
      (car fs)
      (let ((f (car fs)) (g (apply compose (cdr fs))))
        (lambda args (call-with-values (lambda () (apply g args)) f)))))

(define span (compose - bounds))

(display "multiple: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 150000)
               acc
               (loop (+ i 1)
                     (modulo (+ acc
                                (digits (* i i))
                                (call-with-values (lambda () (split '(1 2 3 4 5 6 7 8)))
                                                  (lambda (a b) (+ (apply + a) (length b))))
                                (span i 3 (- i) 12)
                                (area i) (area i 2) (area i 2 3))
                             1000003)))))
(newline)

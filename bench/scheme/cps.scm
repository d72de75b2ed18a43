;; Continuation-passing style: every call is a tail call of a closure made for it.
(import (scheme base) (scheme write))

(define (fib-k n k)
  (if (< n 2)
      (k n)
      (fib-k (- n 1)
             (lambda (a)
               (fib-k (- n 2)
                      (lambda (b) (k (+ a b))))))))

(define (fold-k f l acc k)
  (if (null? l)
      (k acc)
      (f (car l) acc (lambda (next) (fold-k f (cdr l) next k)))))

(define numbers (let loop ((i 0) (l '())) (if (= i 1000) l (loop (+ i 1) (cons i l)))))

(display "cps: ")
(display (+ (fib-k 29 (lambda (x) x))
            (let loop ((i 0) (acc 0))
              (if (= i 2400)
                  acc
                  (loop (+ i 1)
                        (modulo (+ acc (fold-k (lambda (x acc k)
                                                 (if (odd? x) (k (+ acc x)) (k (- acc 1))))
                                               numbers 0 (lambda (x) x)))
                                1000003))))))
(newline)

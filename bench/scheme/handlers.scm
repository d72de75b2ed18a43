;; with-exception-handler: handlers that return, that escape, that raise again to an
;; outer one; deep calls between the raise and the handler.
(import (scheme base) (scheme write))

(define (escape-with proc)
  (call-with-current-continuation
   (lambda (k)
     (with-exception-handler
      (lambda (e) (k (if (number? e) (+ e 1) 0)))
      proc))))

(define (deep n)
  (if (= n 0) (raise 41) (+ 1 (deep (- n 1)))))

(define (resumed n)
  (with-exception-handler
   (lambda (e) (* 2 e))
   (lambda ()
     (let loop ((i 0) (acc 0))
       (if (= i n) acc (loop (+ i 1) (+ acc (raise-continuable i))))))))

(define (outer i)
  (escape-with
   (lambda ()
     (with-exception-handler
      (lambda (e) (raise (+ e 5)))
      (lambda () (+ 1 (raise i)))))))

(display "handlers: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 120000)
               acc
               (loop (+ i 1)
                     (modulo (+ acc
                                (escape-with (lambda () (raise i)))
                                (escape-with (lambda () (deep 10)))
                                (resumed 5)
                                (outer i))
                             1000003)))))
(newline)

;; dynamic-wind around bodies that return, bodies that escape, and nested ones.
(import (scheme base) (scheme write))

(define depth 0)
(define most 0)
(define (enter!)
  (set! depth (+ depth 1))
  (if (> depth most) (set! most depth)))
(define (leave!) (set! depth (- depth 1)))

(define (protected thunk) (dynamic-wind enter! thunk leave!))

(define (escaping n)
  (call-with-current-continuation
   (lambda (out)
     (protected (lambda ()
                  (protected (lambda ()
                               (if (even? n) (out (quotient n 2)) (+ n 1)))))))))

(define (nested n)
  (if (= n 0) depth (protected (lambda () (nested (- n 1))))))

(display "winds: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 150000)
               (+ acc most depth)
               (loop (+ i 1)
                     (modulo (+ acc (protected (lambda () i)) (escaping i) (nested 4))
                             1000003)))))
(newline)

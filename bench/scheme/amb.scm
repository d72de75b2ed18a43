;; Backtracking by re-entering continuations: a puzzle of houses, and numbers in squares.
(import (scheme base) (scheme write))

(define failures '())

(define (fail)
  (if (null? failures)
      (error "no more choices")
      (let ((back (car failures)))
        (set! failures (cdr failures))
        (back back))))

(define (choose choices)
  (if (null? choices)
      (fail)
      (call-with-current-continuation
       (lambda (done)
         (let ((rest (call-with-current-continuation
                      (lambda (again)
                        (set! failures (cons again failures))
                        (done (car choices))))))
           (choose (cdr choices)))))))

(define (require ok) (if ok 'ok (fail)))

(define (upto low high)
  (if (> low high) '() (cons low (upto (+ low 1) high))))

(define (triple n)
  (set! failures '())
  (let* ((a (choose (upto 1 n)))
         (b (choose (upto a n)))
         (c (choose (upto b n))))
    (require (= (* c c) (+ (* a a) (* b b))))
    (require (> a (quotient n 4)))
    (+ (* 10000 a) (* 100 b) c)))

(define (floors)
  (set! failures '())
  (let* ((all '(1 2 3 4 5))
         (baker (choose all)) (cooper (choose all)) (fletcher (choose all))
         (miller (choose all)) (smith (choose all)))
    (require (not (= baker 5)))
    (require (not (= cooper 1)))
    (require (not (memv fletcher '(1 5))))
    (require (> miller cooper))
    (require (not (= 1 (abs (- smith fletcher)))))
    (require (not (= 1 (abs (- cooper fletcher)))))
    (require (let distinct ((l (list baker cooper fletcher miller smith)))
               (or (null? l)
                   (and (not (memv (car l) (cdr l))) (distinct (cdr l))))))
    (+ baker (* 10 cooper) (* 100 fletcher) (* 1000 miller) (* 10000 smith))))

(display "amb: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 25) acc (loop (+ i 1) (+ acc (triple (+ 30 i)) (floors))))))
(newline)

;; Symbolic derivatives: expressions are lists, built anew and simplified.
(import (scheme base) (scheme cxr) (scheme write))

(define (sum a b)
  (cond ((eqv? a 0) b)
        ((eqv? b 0) a)
        ((and (number? a) (number? b)) (+ a b))
        (else (list '+ a b))))

(define (product a b)
  (cond ((or (eqv? a 0) (eqv? b 0)) 0)
        ((eqv? a 1) b)
        ((eqv? b 1) a)
        ((and (number? a) (number? b)) (* a b))
        (else (list '* a b))))

(define (derive e x)
  (cond ((number? e) 0)
        ((symbol? e) (if (eq? e x) 1 0))
        (else
         (case (car e)
           ((+) (sum (derive (cadr e) x) (derive (caddr e) x)))
           ((-) (list '- (derive (cadr e) x) (derive (caddr e) x)))
           ((*) (sum (product (cadr e) (derive (caddr e) x))
                     (product (derive (cadr e) x) (caddr e))))
           ((/) (list '/
                      (list '- (product (derive (cadr e) x) (caddr e))
                            (product (cadr e) (derive (caddr e) x)))
                      (product (caddr e) (caddr e))))
           ((expt) (product (product (caddr e)
                                     (list 'expt (cadr e) (- (caddr e) 1)))
                            (derive (cadr e) x)))
           (else (error "unknown operator" (car e)))))))

(define (size e)
  (if (pair? e) (+ 1 (size (car e)) (size (cdr e))) 1))

(define expressions
  '((+ (* 3 (expt x 2)) (- (* 5 x) 7))
    (* (+ x 1) (* (+ x 2) (+ x 3)))
    (/ (+ (expt x 3) (* 2 x)) (- x (* y y)))
    (expt (+ (* x y) (expt x 2)) 5)))

(define (third-derivatives)
  (apply + (map (lambda (e) (size (derive (derive (derive e 'x) 'y) 'x)))
                expressions)))

(display "deriv: ")
(display (let loop ((i 0) (acc 0))
           (if (= i 6000) acc (loop (+ i 1) (+ acc (third-derivatives))))))
(newline)

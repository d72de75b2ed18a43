;; floor and truncate are R7RS's; the others round their quotient with the help of floor/.

;; The quotient of adjust: (adjust quotient remainder numerator denominator) says what to
;; add to floor's quotient.
(define (%divide adjust who numerator denominator)
  (if (not (integer? numerator)) (%wrong-type who 1 "an integer" numerator))
  (if (not (integer? denominator)) (%wrong-type who 2 "an integer" denominator))
  (let-values (((quotient remainder) (floor/ numerator denominator)))
    (let ((more (adjust quotient remainder denominator)))
      (if (zero? more)
          (values quotient remainder)
          (values (+ quotient more) (- remainder (* more denominator)))))))

(define-syntax %define-division
  (syntax-rules ()
    ((_ divide quotient remainder adjust)
     (begin
       (define (divide n d) (%divide adjust 'divide n d))
       (define (quotient n d)
         (let-values (((q r) (%divide adjust 'quotient n d))) q))
       (define (remainder n d)
         (let-values (((q r) (%divide adjust 'remainder n d))) r))))))

;;> (ceiling/ n d)
;;> Two values: n/d rounded up to an integer, and what it leaves.
;;
;;> (ceiling-quotient n d)
;;> N/d rounded up to an integer.
;;
;;> (ceiling-remainder n d)
;;> What (ceiling-quotient n d) leaves of n.
(%define-division ceiling/ ceiling-quotient ceiling-remainder
  (lambda (q r d) (if (zero? r) 0 1)))

;;> (euclidean/ n d)
;;> Two values: the quotient that leaves a remainder from 0 below |d|, and that
;;> remainder.
;;
;;> (euclidean-quotient n d)
;;> The quotient of n and d that leaves a remainder from 0 below |d|.
;;
;;> (euclidean-remainder n d)
;;> What (euclidean-quotient n d) leaves of n.
(%define-division euclidean/ euclidean-quotient euclidean-remainder
  (lambda (q r d) (if (negative? r) 1 0)))

;;> (round/ n d)
;;> Two values: n/d rounded to the nearest integer, to the even one of two, and what it
;;> leaves.
;;
;;> (round-quotient n d)
;;> N/d rounded to the nearest integer, to the even one of two.
;;
;;> (round-remainder n d)
;;> What (round-quotient n d) leaves of n.
(%define-division round/ round-quotient round-remainder
  (lambda (q r d)
    (let ((twice (* 2 (abs r))) (d (abs d)))
      (cond ((< twice d) 0)
            ((> twice d) 1)
            ((even? q) 0)
            (else 1)))))

;;> (balanced/ n d)
;;> Two values: the quotient that leaves a remainder from -|d/2| below |d/2|, and that
;;> remainder.
;;
;;> (balanced-quotient n d)
;;> The quotient of n and d that leaves a remainder from -|d/2| below |d/2|.
;;
;;> (balanced-remainder n d)
;;> What (balanced-quotient n d) leaves of n.
(%define-division balanced/ balanced-quotient balanced-remainder
  (lambda (q r d)
    ;; floor's remainder has the sign of d.
    (cond ((>= (* 2 (abs r)) (abs d))
           (if (and (negative? d) (= (* 2 (abs r)) (abs d))) 0 1))
          (else 0))))

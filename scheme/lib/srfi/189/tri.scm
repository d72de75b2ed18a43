;; Logic with three values: a Just of a true value, a Just of #f, and Nothing.

;; true, false or nothing.
(define (tri-kind who maybe)
  (check-maybe who maybe)
  (cond ((nothing? maybe) 'nothing)
        ((single who (just-payload maybe)) 'true)
        (else 'false)))

;;> (tri-not maybe)
;;> Just #f of a true one, Just #t of a false one, otherwise Nothing.
(define (tri-not maybe)
  (case (tri-kind "tri-not" maybe)
    ((true) (just #f))
    ((false) (just #t))
    (else maybe)))

;;> (tri=? maybe1 maybe2 ...)
;;> Just #t if all are true or all are false, Just #f if they differ, Nothing if there is
;;> a Nothing before they do.
(define (tri=? maybe . maybes)
  (let ((kind (tri-kind "tri=?" maybe)))
    (if (eq? kind 'nothing)
        maybe
        (let loop ((rest maybes))
          (cond ((null? rest) (just #t))
                ((nothing? (car rest)) (car rest))
                ((eq? (tri-kind "tri=?" (car rest)) kind) (loop (cdr rest)))
                (else (just #f)))))))

;; The first that is not of that kind, or a default.
(define (first-other who kind maybes default)
  (let loop ((rest maybes))
    (cond ((null? rest) default)
          ((eq? (tri-kind who (car rest)) kind) (loop (cdr rest)))
          (else (car rest)))))

;;> (tri-and maybe ...)
;;> The first that is not true, or Just #t.
(define (tri-and . maybes) (first-other "tri-and" 'true maybes (just #t)))

;;> (tri-or maybe ...)
;;> The first that is not false, or Just #f.
(define (tri-or . maybes) (first-other "tri-or" 'false maybes (just #f)))

;;> (tri-merge maybe ...)
;;> The first that is not Nothing, or Nothing.
(define (tri-merge . maybes)
  (first-other "tri-merge" 'nothing maybes the-nothing))

(import (scheme base) (scheme cxr) (scheme write) (fermata macro))
; macros of a body and of a procedural transformer, one inside the other; the recursion of all-of
; is told once
(define-syntax all-of
  (syntax-rules ()
    ((_ e) e)
    ((_ e f ...) (if e (all-of f ...) #f))))
(define-syntax swapped-call
  (er-macro-transformer
    (lambda (form rename compare)
      `(,(rename 'all-of) #t #t #t (,(caddr form) ,(cadr form))))))
(define (first-of v)
  (let-syntax ((of-two (syntax-rules () ((_ x) (swapped-call x vector-length)))))
    (+ 1 (of-two v))))
(display (first-of '(1 2)))

;; Corners of R7RS that other systems' suites look at: delimiters, letrec and continuations,
;; accuracy where a plain formula loses a digit.
(import (scheme base) (scheme inexact) (scheme read) (srfi 64))

(define (read-all text)
  (let ((port (open-input-string text)))
    (let loop ((data '()))
      (let ((datum (read port)))
        (if (eof-object? datum)
            (reverse data)
            (loop (cons datum data)))))))

(test-begin "corners")

(test-group "2.1 a parenthesis ends a boolean"
  (test-equal '(#t (a)) (read-all "#t(a)"))
  (test-equal '(#f (a)) (read-all "#false(a)"))
  (test-equal '(#t "a" #f) (read-all "#TRUE\"a\"#F;b"))
  (test-equal '(#t #u8(1)) (read-all "#t #u8(1)"))
  (test-assert "but not of an unknown prefix"
    (guard (problem (#t (read-error? problem))) (read-all "#tr(a)") #f)))

(test-group "4.2.2 letrec assigns the variables it made, each time an init returns"
  (test-eqv "what the first body captured sees what the second one got" #t
    (letrec ((x (call/cc (lambda (c) (list #t c)))))
      (if (car x)
          ((cadr x) (list #f (lambda () x)))
          (eq? x ((cadr x))))))
  (test-eqv "all inits before any assignment" 0
    (let ((again #f))
      (letrec ((x (call/cc (lambda (c) (set! again c) 0)))
               (y (call/cc (lambda (c) (set! again c) 0))))
        (if again
            (let ((c again)) (set! again #f) (set! x 1) (set! y 1) (c 0))
            (+ x y)))))
  (test-equal "an init may capture its variable" '(1 #t)
    (letrec ((x (cons 1 (lambda () x)))) (list (car x) (eq? x ((cdr x))))))
  (test-error "but not use it" (letrec ((x x)) x))
  (test-error "nor the next one" (letrec ((x (list y)) (y (list 1))) x)))

(test-group "6.2.7 digits that look like infinity or NaN"
  (for-each
    (lambda (text)
      (let ((number (string->number text 36)))
        (test-assert text (real? number))
        (test-eqv text number (string->number (number->string number 36) 36))))
    '("-0nan.0" "-0nan.03" "-0inf.0" "-0inf.z" "nan.0" "inf.01")))

(test-group "6.2.6 accuracy"
  (test-eqv 921.0340371976183 (log (expt 10 400)))
  (test-eqv 693147.1805599453 (log (expt 2 1000000)))
  (test-eqv -921.0340371976183 (log (/ (expt 10 400))))
  (test-eqv 0 (atan 0 0))
  (test-eqv 1.0000000000000002+1.7320508075688772i (expt -8 1/3)))

(test-end)

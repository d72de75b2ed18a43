;; SRFI 174: timespecs.
(import (scheme base) (srfi 174) (srfi 64))

(test-begin "SRFI 174")

(define (parts t) (list (timespec-seconds t) (timespec-nanoseconds t)))

(test-equal '(#t #f) (map timespec? (list (timespec 1 2) 1.5)))
(test-equal '(-3 999999999) (parts (timespec -3 999999999)))
(test-error 'out-of-range (timespec 1 1000000000))
(test-error 'out-of-range (timespec 1 -1))
(test-error 'wrong-type (timespec 1.5 0))
(test-error 'wrong-type (timespec-seconds 5))

(test-equal '((1 500000000) (-2 500000000) (0 0) (1 0) (7 0))
  (map (lambda (x) (parts (inexact->timespec x)))
       (list 1.5 -1.5 0.0 0.9999999999 7)))
(test-equal '(1.5 -1.5)
  (map timespec->inexact (list (timespec 1 500000000) (timespec -2 500000000))))
(test-error 'wrong-type (inexact->timespec +inf.0))

(define a (timespec 1 5))
(define b (timespec 1 6))
(test-equal '(#t #f #f) (list (timespec=? a (timespec 1 5)) (timespec=? a b) (timespec=? a (timespec 2 5))))
(test-equal '(#t #f #f #t #f)
  (list (timespec<? a b) (timespec<? b a) (timespec<? a a)
        (timespec<? b (timespec 2 0)) (timespec<? (timespec 2 0) b)))
(test-equal '(#t #t) (list (= (timespec-hash a) (timespec-hash (timespec 1 5))) (>= (timespec-hash (timespec -9 1)) 0)))

(test-end "SRFI 174")

;; SRFI 141: six ways to divide integers.
(import (scheme base) (srfi 64) (srfi 141) (only (scheme division) balanced/))

(test-begin "SRFI 141: division")

(define (both divide) (lambda (n d) (call-with-values (lambda () (divide n d)) list)))
(define (table divide) (map (both divide) '(7 -7 7 -7 6 0) '(2 2 -2 -2 3 5)))

(test-equal '((4 -1) (-3 -1) (-3 1) (4 1) (2 0) (0 0)) (table ceiling/))
(test-equal '((3 1) (-4 1) (-3 1) (4 1) (2 0) (0 0)) (table euclidean/))
(test-equal '((3 1) (-4 1) (-4 -1) (3 -1) (2 0) (0 0)) (table floor/))
(test-equal '((4 -1) (-4 1) (-4 -1) (4 1) (2 0) (0 0)) (table round/))
(test-equal '((3 1) (-3 -1) (-3 1) (3 -1) (2 0) (0 0)) (table truncate/))
(test-equal '((4 -1) (-3 -1) (-4 -1) (4 1) (2 0) (0 0))
  (list '(4 -1) '(-3 -1) '(-4 -1) '(4 1) ((both balanced/) 6 3) ((both balanced/) 0 5)))
(test-equal '((2 1) (3 -1) (-2 -1) (-3 1) (2 2)) (map (both round/) '(7 8 -7 -8 12) '(3 3 3 3 5)))

;; Every kind, checked against its definition.
(define (check divide quotient remainder good?)
  (let loop ((n -25) (d -6) (all #t))
    (cond ((> d 6) all)
          ((> n 25) (loop -25 (if (= d -1) 1 (+ d 1)) all))
          (else
           (let-values (((q r) (divide n d)))
             (loop (+ n 1) d
                   (and all (= n (+ (* d q) r)) (= q (quotient n d)) (= r (remainder n d))
                        (good? q r n d))))))))
(test-assert (check ceiling/ ceiling-quotient ceiling-remainder (lambda (q r n d) (= q (ceiling (/ n d))))))
(test-assert (check floor/ floor-quotient floor-remainder (lambda (q r n d) (= q (floor (/ n d))))))
(test-assert (check round/ round-quotient round-remainder (lambda (q r n d) (= q (round (/ n d))))))
(test-assert (check truncate/ truncate-quotient truncate-remainder (lambda (q r n d) (= q (truncate (/ n d))))))
(test-assert (check euclidean/ euclidean-quotient euclidean-remainder (lambda (q r n d) (and (<= 0 r) (< r (abs d))))))
(test-assert (check balanced/ balanced-quotient balanced-remainder
                    (lambda (q r n d) (and (<= (- (abs (/ d 2))) r) (< r (abs (/ d 2)))))))
(test-equal "flonums stay flonums" '(4.0 -1.0) ((both round/) 7.0 2.0))
(test-error 'divide-by-zero (round/ 1 0))
(test-error 'wrong-type (euclidean/ 1.5 1))
(test-error 'wrong-type (balanced-quotient 1 'a))

(test-end "SRFI 141: division")

;; SRFI 144: flonums.
(import (scheme base) (srfi 64) (srfi 144) (rename (only (scheme flonum) fl-pi) (fl-pi pi)))

(test-begin "SRFI 144: flonums")

(define (near? a b) (or (= a b) (< (abs (- a b)) (* 1e-12 (max 1.0 (abs b))))))
(define (all-near? as bs) (or (null? as) (and (near? (car as) (car bs)) (all-near? (cdr as) (cdr bs)))))
(define (both thunk) (call-with-values thunk list))

;; ---- constants
(test-eqv pi fl-pi)
(test-assert "powers of e"
  (all-near? (list fl-1/e fl-e-2 fl-e-pi/4 fl-e-euler fl-e)
             (list (/ fl-e) (* fl-e fl-e) (flexp fl-pi/4) (flexp fl-euler) (flexp 1.0))))
(test-assert "logarithms"
  (all-near? (list fl-log2-e fl-log10-e fl-log-2 fl-1/log-2 fl-log-3 fl-log-pi fl-log-10 fl-1/log-10 fl-log-phi fl-1/log-phi)
             (list (/ (fllog 2.0)) (/ (fllog 10.0)) (fllog 2.0) (/ (fllog 2.0)) (fllog 3.0) (fllog fl-pi) (fllog 10.0) (/ (fllog 10.0)) (fllog fl-phi) (/ (fllog fl-phi)))))
(test-assert "pi"
  (all-near? (list fl-1/pi fl-2pi fl-pi/2 fl-pi/4 fl-pi-squared fl-degree fl-2/pi fl-2/sqrt-pi)
             (list (/ fl-pi) (* 2 fl-pi) (/ fl-pi 2) (/ fl-pi 4) (* fl-pi fl-pi) (/ fl-pi 180) (/ 2 fl-pi) (/ 2 (flsqrt fl-pi)))))
(test-assert "roots"
  (all-near? (list fl-sqrt-2 fl-sqrt-3 fl-sqrt-5 fl-sqrt-10 fl-1/sqrt-2 fl-cbrt-2 fl-cbrt-3 fl-4thrt-2 fl-phi)
             (list (flsqrt 2.0) (flsqrt 3.0) (flsqrt 5.0) (flsqrt 10.0) (flsqrt 0.5) (flcbrt 2.0) (flcbrt 3.0) (flsqrt (flsqrt 2.0)) (/ (+ 1 (flsqrt 5.0)) 2))))
(test-assert "others"
  (all-near? (list fl-sin-1 fl-cos-1 fl-gamma-1/2 fl-gamma-1/3 fl-gamma-2/3 fl-euler)
             (list (flsin 1.0) (flcos 1.0) (flgamma 0.5) (flgamma (/ 1.0 3)) (flgamma (/ 2.0 3)) 0.5772156649015329)))
(test-equal "the ends of the range" '(#t #t #t 0.0 +inf.0 #t)
  (list (flfinite? fl-greatest) (fldenormalized? fl-least) (fl>? (fl+ 1.0 fl-epsilon) 1.0)
        (fl/ fl-least 2.0) (fl* fl-greatest 2.0) (boolean? fl-fast-fl+*)))

;; ---- making and taking apart
(test-equal '(0.5 3.0 -2.0 12.0) (list (flonum 1/2) (flonum 3) (flcopysign 2.0 -1.0) (make-flonum 3.0 2)))
(test-eqv (fl+ 1.0 fl-epsilon) (fladjacent 1.0 2.0))
(test-equal '((3.0 0.5) (-3.0 -0.5)) (list (both (lambda () (flinteger-fraction 3.5))) (both (lambda () (flinteger-fraction -3.5)))))
(test-equal '(3.0 3 0.75 4) (append (list (flexponent 12.0) (flinteger-exponent 12.0)) (both (lambda () (flnormalized-fraction-exponent 12.0)))))
(test-equal '(#t #t) (list (= fl-integer-exponent-zero (flinteger-exponent 0.0)) (= fl-integer-exponent-nan (flinteger-exponent +nan.0))))
(test-equal '(0 1 1) (map flsign-bit '(1.0 -1.0 -0.0)))

;; ---- questions
(test-equal '(#t #f #f #t) (list (flonum? 1.0) (flonum? 1) (flonum? 'a) (flonum? +nan.0)))
(test-equal '(#t #f #t #f #t #t #f) (list (fl=? 1.0 1.0 1.0) (fl=? 1.0 2.0) (fl<? 1.0 2.0 3.0) (fl>? 1.0 2.0) (fl<=? 1.0 1.0) (fl>=? 2.0 1.0 1.0) (fl=? +nan.0 +nan.0)))
(test-equal '(#t #f) (list (flunordered? 1.0 +nan.0) (flunordered? 1.0 2.0)))
(test-equal '(3.0 1.0 -inf.0 +inf.0) (list (flmax 1.0 3.0 2.0) (flmin 3.0 1.0) (flmax) (flmin)))
(test-equal '(#t #f #t #t #t #t #t) (list (flinteger? 2.0) (flinteger? 2.5) (flzero? -0.0) (flpositive? 1.0) (flnegative? -1.0) (flodd? -3.0) (fleven? 4.0)))
(test-equal '(#t #t #t #t #f) (list (flfinite? 1.0) (flinfinite? -inf.0) (flnan? +nan.0) (flnormalized? 1.0) (fldenormalized? 1.0)))

;; ---- arithmetic
(test-equal '(6.0 0.0 24.0 1.0 10.0) (list (fl+ 1.0 2.0 3.0) (fl+) (fl* 2.0 3.0 4.0) (fl*) (fl+* 2.0 3.0 4.0)))
(test-eqv -0.0 (fl+ -0.0))
(test-equal '(-1.0 -4.0 0.5 0.25) (list (fl- 1.0) (fl- 1.0 2.0 3.0) (fl/ 2.0) (fl/ 2.0 4.0 2.0)))
(test-equal '(1.5 2.0 0.0 1.0 -1.0) (list (flabs -1.5) (flabsdiff 1.0 3.0) (flposdiff 1.0 3.0) (flsgn 3.0) (flsgn -0.0)))
(test-equal '(-9.0 4.0 3.0 1.0 -inf.0) (list (flnumerator -2.25) (fldenominator -2.25) (flnumerator 3.0) (fldenominator 3.0) (flnumerator -inf.0)))
(test-equal '(2.0 3.0 2.0 2.0 -2.0) (list (flfloor 2.5) (flceiling 2.5) (flround 2.5) (fltruncate 2.5) (fltruncate -2.5)))
(test-assert (all-near? (list (flexp 0.0) (flexp2 3.0) (flexp-1 1e-20) (flsquare 3.0) (flsqrt 9.0) (flcbrt 27.0) (flhypot 3.0 4.0) (flexpt 2.0 0.5))
                        (list 1.0 8.0 1e-20 9.0 3.0 3.0 5.0 fl-sqrt-2)))
(test-assert (all-near? (list (fllog fl-e) (fllog1+ 1e-20) (fllog2 8.0) (fllog10 1000.0) ((make-fllog-base 3.0) 81.0)) '(1.0 1e-20 3.0 3.0 4.0)))
(test-assert (all-near? (list (flsin 0.0) (flcos 0.0) (fltan 0.0) (flasin 1.0) (flacos 1.0) (flatan 1.0) (flatan 1.0 -1.0))
                        (list 0.0 1.0 0.0 fl-pi/2 0.0 fl-pi/4 (* 3 fl-pi/4))))
(test-assert (all-near? (list (flsinh (flasinh 2.0)) (flcosh (flacosh 2.0)) (fltanh (flatanh 0.5))) '(2.0 2.0 0.5)))
(test-equal '(-3.0 -1.0) (list (flquotient -7.0 2.0) (flremainder -7.0 2.0)))
(test-equal '((-1.0 2) (1.0 2)) (list (both (lambda () (flremquo 5.0 3.0))) (both (lambda () (flremquo 7.0 3.0)))))
(test-assert (near? 24.0 (flgamma 5.0)))
(test-assert (all-near? (both (lambda () (flloggamma -0.5))) (list 1.2655121234846454 -1.0)))
(test-assert (all-near? (list (flfirst-bessel 0 0.0) (flfirst-bessel 1 1.0) (flsecond-bessel 0 1.0)) '(1.0 0.44005058574493355 0.08825696421567697)))
(test-assert (all-near? (list (flerf 1.0) (flerfc 1.0)) '(0.8427007929497149 0.15729920705028513)))
(test-error 'wrong-type (fl+ 1.0 2))
(test-error 'wrong-type (flsin 1))
(test-error 'wrong-type (fl<? 1.0 'a))
(test-error 'wrong-type (flodd? 2.5))
(test-error 'wrong-type (flonum 'a))
(test-error 'wrong-type (make-fllog-base 1.0))

(test-end "SRFI 144: flonums")

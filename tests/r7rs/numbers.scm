;; Numbers: R7RS 6.2, its examples, and where implementations go wrong.
;; Fixnums end at 2^62, so many operands stand around 4611686018427387904.
(import (scheme base) (scheme complex) (scheme inexact) (srfi 64))

(test-begin "numbers")

;; Kinds of numbers (6.2.6)
(test-eqv "(number? 1)" #t (number? 1))
(test-eqv "(number? 1.5)" #t (number? 1.5))
(test-eqv "(number? 1/2)" #t (number? 1/2))
(test-eqv "(number? 'a)" #f (number? 'a))
(test-eqv "(number? \"1\")" #f (number? "1"))
(test-eqv "(complex? 3)" #t (complex? 3))
(test-eqv "(complex? +inf.0)" #t (complex? +inf.0))
(test-eqv "(real? 3)" #t (real? 3))
(test-eqv "(real? -2.5)" #t (real? -2.5))
(test-eqv "(real? #e1e10)" #t (real? #e1e10))
(test-eqv "(real? +inf.0)" #t (real? +inf.0))
(test-eqv "(real? +nan.0)" #t (real? +nan.0))
(test-eqv "(real? 'x)" #f (real? 'x))
(test-eqv "(rational? 6/10)" #t (rational? 6/10))
(test-eqv "(rational? 6/3)" #t (rational? 6/3))
(test-eqv "(rational? 1.5)" #t (rational? 1.5))
(test-eqv "(rational? -inf.0)" #f (rational? -inf.0))
(test-eqv "(rational? +nan.0)" #f (rational? +nan.0))
(test-eqv "(rational? 3.5)" #t (rational? 3.5))
(test-eqv "(integer? 3.0)" #t (integer? 3.0))
(test-eqv "(integer? 8/4)" #t (integer? 8/4))
(test-eqv "(integer? 3)" #t (integer? 3))
(test-eqv "(integer? 1/2)" #f (integer? 1/2))
(test-eqv "(integer? 1.5)" #f (integer? 1.5))
(test-eqv "(integer? +inf.0)" #f (integer? +inf.0))
(test-eqv "(integer? -inf.0)" #f (integer? -inf.0))
(test-eqv "(integer? +nan.0)" #f (integer? +nan.0))
(test-eqv "(integer? 1e300)" #t (integer? 1e300))
(test-eqv "(integer? \"3\")" #f (integer? "3"))
(test-eqv "(integer? 123456789012345678901234567890)"
  #t (integer? 123456789012345678901234567890))
(test-eqv "(exact-integer? 32)" #t (exact-integer? 32))
(test-eqv "(exact-integer? 32.0)" #f (exact-integer? 32.0))
(test-eqv "(exact-integer? 32/5)" #f (exact-integer? 32/5))
(test-eqv "(exact-integer? 4611686018427387904)"
  #t (exact-integer? 4611686018427387904))
(test-eqv "(exact-integer? 'a)" #f (exact-integer? 'a))
(test-eqv "(exact? 3.0)" #f (exact? 3.0))
(test-eqv "(exact? #e3.0)" #t (exact? #e3.0))
(test-eqv "(exact? 3.)" #f (exact? 3.))
(test-eqv "(exact? 1/3)" #t (exact? 1/3))
(test-eqv "(inexact? 3.)" #t (inexact? 3.))
(test-eqv "(inexact? 3)" #f (inexact? 3))
(test-eqv "(inexact? +nan.0)" #t (inexact? +nan.0))
(test-eqv "(exact? 4611686018427387904)" #t (exact? 4611686018427387904))
(test-eqv "(finite? 3)" #t (finite? 3))
(test-eqv "(finite? 1e308)" #t (finite? 1e308))
(test-eqv "(finite? +inf.0)" #f (finite? +inf.0))
(test-eqv "(finite? -inf.0)" #f (finite? -inf.0))
(test-eqv "(finite? +nan.0)" #f (finite? +nan.0))
(test-eqv "(infinite? 3)" #f (infinite? 3))
(test-eqv "(infinite? +inf.0)" #t (infinite? +inf.0))
(test-eqv "(infinite? -inf.0)" #t (infinite? -inf.0))
(test-eqv "(infinite? +nan.0)" #f (infinite? +nan.0))
(test-eqv "(nan? +nan.0)" #t (nan? +nan.0))
(test-eqv "(nan? 32)" #f (nan? 32))
(test-eqv "(nan? +inf.0)" #f (nan? +inf.0))
(test-eqv "(nan? 1/2)" #f (nan? 1/2))

;; Zero, sign, parity
(test-eqv "(zero? 0)" #t (zero? 0))
(test-eqv "(zero? 0.0)" #t (zero? 0.0))
(test-eqv "(zero? -0.0)" #t (zero? -0.0))
(test-eqv "(zero? 1/2)" #f (zero? 1/2))
(test-eqv "(zero? 4611686018427387904)" #f (zero? 4611686018427387904))
(test-eqv "(zero? +nan.0)" #f (zero? +nan.0))
(test-eqv "(positive? 1)" #t (positive? 1))
(test-eqv "(positive? 0)" #f (positive? 0))
(test-eqv "(positive? 0.0)" #f (positive? 0.0))
(test-eqv "(positive? 1/2)" #t (positive? 1/2))
(test-eqv "(positive? +inf.0)" #t (positive? +inf.0))
(test-eqv "(positive? +nan.0)" #f (positive? +nan.0))
(test-eqv "(negative? -1)" #t (negative? -1))
(test-eqv "(negative? -0.0)" #f (negative? -0.0))
(test-eqv "(negative? -1/2)" #t (negative? -1/2))
(test-eqv "(negative? -4611686018427387905)"
  #t (negative? -4611686018427387905))
(test-eqv "(negative? +nan.0)" #f (negative? +nan.0))
(test-eqv "(odd? 1)" #t (odd? 1))
(test-eqv "(odd? -1)" #t (odd? -1))
(test-eqv "(odd? 0)" #f (odd? 0))
(test-eqv "(odd? 3.0)" #t (odd? 3.0))
(test-eqv "(odd? 4611686018427387905)" #t (odd? 4611686018427387905))
(test-eqv "(even? 0)" #t (even? 0))
(test-eqv "(even? 2.0)" #t (even? 2.0))
(test-eqv "(even? -2)" #t (even? -2))
(test-eqv "(even? 4611686018427387904)" #t (even? 4611686018427387904))
(test-eqv "(even? 1e20)" #t (even? 1e20))

;; Comparison: any number of arguments, exact
(test-eqv "(= 1 1 1)" #t (= 1 1 1))
(test-eqv "(= 1 1 2)" #f (= 1 1 2))
(test-eqv "(= 1)" #t (= 1))
(test-eqv "(= 1 1.0)" #t (= 1 1.0))
(test-eqv "(= 1/2 0.5)" #t (= 1/2 0.5))
(test-eqv "(= 1/3 0.3333333333333333)" #f (= 1/3 0.3333333333333333))
(test-eqv "(= 0.0 -0.0)" #t (= 0.0 -0.0))
(test-eqv "(= +nan.0 +nan.0)" #f (= +nan.0 +nan.0))
(test-eqv "(= +inf.0 +inf.0)" #t (= +inf.0 +inf.0))
(test-eqv "(< 1 2 3)" #t (< 1 2 3))
(test-eqv "(< 1 3 2)" #f (< 1 3 2))
(test-eqv "(< 1 1)" #f (< 1 1))
(test-eqv "(<= 1 1 2)" #t (<= 1 1 2))
(test-eqv "(<= 1 2 1)" #f (<= 1 2 1))
(test-eqv "(> 3 2 1)" #t (> 3 2 1))
(test-eqv "(> 3 1 2)" #f (> 3 1 2))
(test-eqv "(>= 3 3 1)" #t (>= 3 3 1))
(test-eqv "(>= 1 3)" #f (>= 1 3))
(test-eqv "(< 1/3 1/2)" #t (< 1/3 1/2))
(test-eqv "(< -1/2 -1/3)" #t (< -1/2 -1/3))
(test-eqv "(< 1 +nan.0)" #f (< 1 +nan.0))
(test-eqv "(> 1 +nan.0)" #f (> 1 +nan.0))
(test-eqv "(<= +nan.0 +nan.0)" #f (<= +nan.0 +nan.0))
(test-eqv "(< -inf.0 -1e308 0 1e308 +inf.0)"
  #t (< -inf.0 -1e308 0 1e308 +inf.0))
(test-eqv "(< 9007199254740992.0 9007199254740993)"
  #t (< 9007199254740992.0 9007199254740993))
(test-eqv "(= 9007199254740992.0 9007199254740993)"
  #f (= 9007199254740992.0 9007199254740993))
(test-eqv "(> 9007199254740993 9007199254740992.0)"
  #t (> 9007199254740993 9007199254740992.0))
(test-eqv "(= 9007199254740992.0 9007199254740992)"
  #t (= 9007199254740992.0 9007199254740992))
(test-eqv "(< 9007199254740992 9007199254740993.0)"
  #f (< 9007199254740992 9007199254740993.0))
(test-eqv "(= 4611686018427387904 4611686018427387904.0)"
  #t (= 4611686018427387904 4611686018427387904.0))
(test-eqv "(< 4611686018427387903 4611686018427387904.0)"
  #t (< 4611686018427387903 4611686018427387904.0))
(test-eqv "(= 4611686018427387903 4611686018427387904.0)"
  #f (= 4611686018427387903 4611686018427387904.0))
(test-eqv "(< (expt 10 400) +inf.0)" #t (< (expt 10 400) +inf.0))
(test-eqv "(= (expt 10 400) +inf.0)" #f (= (expt 10 400) +inf.0))
(test-eqv "(> (- (expt 10 400)) -inf.0)" #t (> (- (expt 10 400)) -inf.0))
(test-eqv "(< 1/3 0.3333333333333333)" #f (< 1/3 0.3333333333333333))
(test-eqv "(> 1/3 0.3333333333333333)" #t (> 1/3 0.3333333333333333))
(test-eqv "(< (expt 10 -400) 5e-324)" #t (< (expt 10 -400) 5e-324))
(test-eqv "(< 0.0 (expt 10 -400))" #t (< 0.0 (expt 10 -400)))
(test-eqv "equality of exact and inexact is transitive"
  #f (let ((a 9007199254740992) (b 9007199254740992.0) (c 9007199254740993))
    (and (= a b) (= b c))))
(test-eqv "(= 123456789012345678901 123456789012345678901)"
  #t (= 123456789012345678901 123456789012345678901))

;; max and min
(test-eqv "(max 3 4)" 4 (max 3 4))
(test-eqv "(max 3.9 4)" 4.0 (max 3.9 4))
(test-eqv "(max 1 2 3)" 3 (max 1 2 3))
(test-eqv "(max 5)" 5 (max 5))
(test-eqv "(min 1 2 3)" 1 (min 1 2 3))
(test-eqv "(min 3 4.5)" 3.0 (min 3 4.5))
(test-eqv "(min 1/2 1/3)" 1/3 (min 1/2 1/3))
(test-eqv "(max 1/2 1/3)" 1/2 (max 1/2 1/3))
(test-eqv "(max 1/2 0.25)" 0.5 (max 1/2 0.25))
(test-eqv "(min 4611686018427387904 1)" 1 (min 4611686018427387904 1))
(test-eqv "(max -inf.0 5)" 5.0 (max -inf.0 5))
(test-eqv "(min +inf.0 5)" 5.0 (min +inf.0 5))
(test-eqv "(nan? (max 1 +nan.0))" #t (nan? (max 1 +nan.0)))
(test-eqv "(nan? (min +nan.0 1))" #t (nan? (min +nan.0 1)))
(test-eqv "(nan? (max 1 +nan.0 2))" #t (nan? (max 1 +nan.0 2)))

;; + - * /
(test-eqv "(+)" 0 (+))
(test-eqv "(+ 3)" 3 (+ 3))
(test-eqv "(+ 3 4)" 7 (+ 3 4))
(test-eqv "(+ 1 2 3 4)" 10 (+ 1 2 3 4))
(test-eqv "(*)" 1 (*))
(test-eqv "(* 4)" 4 (* 4))
(test-eqv "(* 2 3 4)" 24 (* 2 3 4))
(test-eqv "(- 3)" -3 (- 3))
(test-eqv "(- 3 4)" -1 (- 3 4))
(test-eqv "(- 3 4 5)" -6 (- 3 4 5))
(test-eqv "(/ 3)" 1/3 (/ 3))
(test-eqv "(/ 3 4 5)" 3/20 (/ 3 4 5))
(test-eqv "(/ 4 2)" 2 (/ 4 2))
(test-eqv "(/ -6 4)" -3/2 (/ -6 4))
(test-eqv "(/ 6 -4)" -3/2 (/ 6 -4))
(test-eqv "(/ 0 5)" 0 (/ 0 5))
(test-eqv "(/ 1 2.0)" 0.5 (/ 1 2.0))
(test-eqv "(/ 0.0 1)" 0.0 (/ 0.0 1))
(test-eqv "(/ 1 0.0)" +inf.0 (/ 1 0.0))
(test-eqv "(/ -1 0.0)" -inf.0 (/ -1 0.0))
(test-eqv "(/ 1.0 -0.0)" -inf.0 (/ 1.0 -0.0))
(test-eqv "(nan? (/ 0.0 0.0))" #t (nan? (/ 0.0 0.0)))
(test-eqv "(+ 1/2 1/3)" 5/6 (+ 1/2 1/3))
(test-eqv "(+ 1/2 1/2)" 1 (+ 1/2 1/2))
(test-eqv "(- 1/2 1/2)" 0 (- 1/2 1/2))
(test-eqv "(* 2/3 3/2)" 1 (* 2/3 3/2))
(test-eqv "(* 2/3 3/4)" 1/2 (* 2/3 3/4))
(test-eqv "(/ 1/2 1/4)" 2 (/ 1/2 1/4))
(test-eqv "(/ 1/2 -1/3)" -3/2 (/ 1/2 -1/3))
(test-eqv "(+ 1/2 0.5)" 1.0 (+ 1/2 0.5))
(test-eqv "(+ 1 2.5)" 3.5 (+ 1 2.5))
(test-eqv "(* 1.5 2)" 3.0 (* 1.5 2))
(test-eqv "(- 0.0)" -0.0 (- 0.0))
(test-eqv "(- 5/3)" -5/3 (- 5/3))
(test-eqv "(- +inf.0)" -inf.0 (- +inf.0))
(test-eqv "(+ -0.0 0)" 0.0 (+ -0.0 0))
(test-eqv "(nan? (- +inf.0 +inf.0))" #t (nan? (- +inf.0 +inf.0)))
(test-eqv "(+ 4611686018427387903 1)"
  4611686018427387904 (+ 4611686018427387903 1))
(test-eqv "(- 4611686018427387904 1)"
  4611686018427387903 (- 4611686018427387904 1))
(test-eqv "(- -4611686018427387904 1)"
  -4611686018427387905 (- -4611686018427387904 1))
(test-eqv "(+ -4611686018427387905 1)"
  -4611686018427387904 (+ -4611686018427387905 1))
(test-eqv "(- -4611686018427387904)"
  4611686018427387904 (- -4611686018427387904))
(test-eqv "(- 4611686018427387904)"
  -4611686018427387904 (- 4611686018427387904))
(test-eqv "(* 4611686018427387904 -1)"
  -4611686018427387904 (* 4611686018427387904 -1))
(test-eqv "(* -4611686018427387904 -1)"
  4611686018427387904 (* -4611686018427387904 -1))
(test-eqv "(/ -4611686018427387904 -1)"
  4611686018427387904 (/ -4611686018427387904 -1))
(test-eqv "(* 2147483648 2147483648)"
  4611686018427387904 (* 2147483648 2147483648))
(test-eqv "(* 2147483648 -2147483648)"
  -4611686018427387904 (* 2147483648 -2147483648))
(test-eqv "(* 4294967296 4294967296)"
  18446744073709551616 (* 4294967296 4294967296))
(test-eqv "(* 3037000500 3037000500)"
  9223372037000250000 (* 3037000500 3037000500))
(test-eqv "(+ 9223372036854775807 1)"
  9223372036854775808 (+ 9223372036854775807 1))
(test-eqv "(- -9223372036854775808 1)"
  -9223372036854775809 (- -9223372036854775808 1))
(test-eqv "(* 99999999999 99999999999)"
  9999999999800000000001 (* 99999999999 99999999999))
(test-eqv "(- 18446744073709551616 18446744073709551616)"
  0 (- 18446744073709551616 18446744073709551616))
(test-eqv "(- 18446744073709551617 18446744073709551616)"
  1 (- 18446744073709551617 18446744073709551616))
(test-eqv "(+ 18446744073709551615 1)"
  18446744073709551616 (+ 18446744073709551615 1))
(test-eqv "(* 0 123456789012345678901234567890)"
  0 (* 0 123456789012345678901234567890))
(test-eqv "(/ 123456789012345678901234567890 123456789012345678901234567890)"
  1 (/ 123456789012345678901234567890 123456789012345678901234567890))
(test-eqv "(/ 123456789012345678901234567890 987654321098765432109876543210)"
  13717421/109739369
  (/ 123456789012345678901234567890 987654321098765432109876543210))
(test-eqv "(/ (expt 10 400) (expt 10 399))" 10 (/ (expt 10 400) (expt 10 399)))
(test-eqv "thirty factorial"
  265252859812191058636308480000000
  (let loop ((n 30) (f 1)) (if (= n 0) f (loop (- n 1) (* n f)))))
(test-eqv "the hundredth Fibonacci number"
  354224848179261915075
  (let loop ((n 100) (a 0) (b 1)) (if (= n 0) a (loop (- n 1) b (+ a b)))))
(test-eqv "(abs -7)" 7 (abs -7))
(test-eqv "(abs 7)" 7 (abs 7))
(test-eqv "(abs -7.5)" 7.5 (abs -7.5))
(test-eqv "(abs -1/2)" 1/2 (abs -1/2))
(test-eqv "(abs -0.0)" 0.0 (abs -0.0))
(test-eqv "(abs -inf.0)" +inf.0 (abs -inf.0))
(test-eqv "(abs -4611686018427387904)"
  4611686018427387904 (abs -4611686018427387904))
(test-eqv "(abs -4611686018427387905)"
  4611686018427387905 (abs -4611686018427387905))
(test-eqv "(magnitude -7)" 7 (magnitude -7))
(test-eqv "(square 42)" 1764 (square 42))
(test-eqv "(square 2.0)" 4.0 (square 2.0))
(test-eqv "(square 1/2)" 1/4 (square 1/2))
(test-eqv "(square -4611686018427387904)"
  21267647932558653966460912964485513216 (square -4611686018427387904))

;; Integer division
(test-equal "(floor/ 5 2)"
  '(2 1) (call-with-values (lambda () (floor/ 5 2)) list))
(test-equal "(floor/ -5 2)"
  '(-3 1) (call-with-values (lambda () (floor/ -5 2)) list))
(test-equal "(floor/ 5 -2)"
  '(-3 -1) (call-with-values (lambda () (floor/ 5 -2)) list))
(test-equal "(floor/ -5 -2)"
  '(2 -1) (call-with-values (lambda () (floor/ -5 -2)) list))
(test-equal "(truncate/ 5 2)"
  '(2 1) (call-with-values (lambda () (truncate/ 5 2)) list))
(test-equal "(truncate/ -5 2)"
  '(-2 -1) (call-with-values (lambda () (truncate/ -5 2)) list))
(test-equal "(truncate/ 5 -2)"
  '(-2 1) (call-with-values (lambda () (truncate/ 5 -2)) list))
(test-equal "(truncate/ -5 -2)"
  '(2 -1) (call-with-values (lambda () (truncate/ -5 -2)) list))
(test-equal "(truncate/ -5.0 2)"
  '(-2.0 -1.0) (call-with-values (lambda () (truncate/ -5.0 2)) list))
(test-equal "(floor/ -5.0 2)"
  '(-3.0 1.0) (call-with-values (lambda () (floor/ -5.0 2)) list))
(test-equal "(floor/ (expt 10 30) -7)"
  '(-142857142857142857142857142858 -6)
  (call-with-values (lambda () (floor/ (expt 10 30) -7)) list))
(test-equal "(truncate/ (- (expt 10 30)) 7)"
  '(-142857142857142857142857142857 -1)
  (call-with-values (lambda () (truncate/ (- (expt 10 30)) 7)) list))
(test-eqv "(floor-quotient 7 -2)" -4 (floor-quotient 7 -2))
(test-eqv "(floor-remainder 7 -2)" -1 (floor-remainder 7 -2))
(test-eqv "(truncate-quotient 7 -2)" -3 (truncate-quotient 7 -2))
(test-eqv "(truncate-remainder 7 -2)" 1 (truncate-remainder 7 -2))
(test-eqv "(truncate-remainder -7 2)" -1 (truncate-remainder -7 2))
(test-eqv "(quotient 17 5)" 3 (quotient 17 5))
(test-eqv "(quotient -17 5)" -3 (quotient -17 5))
(test-eqv "(quotient 17.0 5)" 3.0 (quotient 17.0 5))
(test-eqv "(remainder 13 4)" 1 (remainder 13 4))
(test-eqv "(remainder -13 4)" -1 (remainder -13 4))
(test-eqv "(remainder 13 -4)" 1 (remainder 13 -4))
(test-eqv "(remainder -13 -4)" -1 (remainder -13 -4))
(test-eqv "(remainder -13 -4.0)" -1.0 (remainder -13 -4.0))
(test-eqv "(modulo 13 4)" 1 (modulo 13 4))
(test-eqv "(modulo -13 4)" 3 (modulo -13 4))
(test-eqv "(modulo 13 -4)" -3 (modulo 13 -4))
(test-eqv "(modulo -13 -4)" -1 (modulo -13 -4))
(test-eqv "(modulo 12 -4)" 0 (modulo 12 -4))
(test-eqv "(modulo -5.0 3)" 1.0 (modulo -5.0 3))
(test-eqv "(quotient -4611686018427387904 -1)"
  4611686018427387904 (quotient -4611686018427387904 -1))
(test-eqv "(remainder -4611686018427387904 -1)"
  0 (remainder -4611686018427387904 -1))
(test-eqv "(modulo -4611686018427387904 -1)" 0 (modulo -4611686018427387904 -1))
(test-eqv "(floor-quotient -4611686018427387904 -1)"
  4611686018427387904 (floor-quotient -4611686018427387904 -1))
(test-eqv "(quotient 4611686018427387904 -4611686018427387904)"
  -1 (quotient 4611686018427387904 -4611686018427387904))
(test-eqv "(quotient -4611686018427387904 4611686018427387904)"
  -1 (quotient -4611686018427387904 4611686018427387904))
(test-eqv "(remainder 4611686018427387904 4611686018427387903)"
  1 (remainder 4611686018427387904 4611686018427387903))
(test-eqv "(quotient 3 (expt 10 30))" 0 (quotient 3 (expt 10 30)))
(test-eqv "(remainder 3 (expt 10 30))" 3 (remainder 3 (expt 10 30)))
(test-eqv "(modulo -3 (expt 10 30))"
  999999999999999999999999999997 (modulo -3 (expt 10 30)))
(test-eqv "(modulo 3 (- (expt 10 30)))"
  -999999999999999999999999999997 (modulo 3 (- (expt 10 30))))
(test-eqv "(quotient (expt 10 40) (expt 10 20))"
  100000000000000000000 (quotient (expt 10 40) (expt 10 20)))
(test-eqv "(modulo (expt 7 77) 1000000007)"
  73152087 (modulo (expt 7 77) 1000000007))
(test-eqv "(quotient 1e20 3)" 33333333333333332992.0 (quotient 1e20 3))
(test-eqv "(modulo 1e20 3)" 1.0 (modulo 1e20 3))
(test-eqv "(quotient 1e300 1e299)" 10.0 (quotient 1e300 1e299))

;; gcd and lcm
(test-eqv "(gcd)" 0 (gcd))
(test-eqv "(gcd 32 -36)" 4 (gcd 32 -36))
(test-eqv "(gcd 0 5)" 5 (gcd 0 5))
(test-eqv "(gcd 0 0)" 0 (gcd 0 0))
(test-eqv "(gcd -7)" 7 (gcd -7))
(test-eqv "(gcd 12 18 8)" 2 (gcd 12 18 8))
(test-eqv "(gcd 4.0 6)" 2.0 (gcd 4.0 6))
(test-eqv "(gcd 4611686018427387904 -4611686018427387904)"
  4611686018427387904 (gcd 4611686018427387904 -4611686018427387904))
(test-eqv "(gcd (expt 2 100) (expt 6 50))"
  1125899906842624 (gcd (expt 2 100) (expt 6 50)))
(test-eqv "(lcm)" 1 (lcm))
(test-eqv "(lcm 32 -36)" 288 (lcm 32 -36))
(test-eqv "(lcm 32.0 -36)" 288.0 (lcm 32.0 -36))
(test-eqv "(lcm 0 5)" 0 (lcm 0 5))
(test-eqv "(lcm 2 3 4 5 6)" 60 (lcm 2 3 4 5 6))
(test-eqv "(lcm 4611686018427387904 3)"
  13835058055282163712 (lcm 4611686018427387904 3))

;; Numerators, rounding
(test-eqv "(numerator (/ 6 4))" 3 (numerator (/ 6 4)))
(test-eqv "(denominator (/ 6 4))" 2 (denominator (/ 6 4)))
(test-eqv "(denominator (inexact (/ 6 4)))" 2.0 (denominator (inexact (/ 6 4))))
(test-eqv "(numerator 0.75)" 3.0 (numerator 0.75))
(test-eqv "(denominator 0)" 1 (denominator 0))
(test-eqv "(denominator 7)" 1 (denominator 7))
(test-eqv "(numerator -3/4)" -3 (numerator -3/4))
(test-eqv "(denominator -3/4)" 4 (denominator -3/4))
(test-eqv "(floor -4.3)" -5.0 (floor -4.3))
(test-eqv "(ceiling -4.3)" -4.0 (ceiling -4.3))
(test-eqv "(truncate -4.3)" -4.0 (truncate -4.3))
(test-eqv "(round -4.3)" -4.0 (round -4.3))
(test-eqv "(floor 3.5)" 3.0 (floor 3.5))
(test-eqv "(ceiling 3.5)" 4.0 (ceiling 3.5))
(test-eqv "(truncate 3.5)" 3.0 (truncate 3.5))
(test-eqv "(round 3.5)" 4.0 (round 3.5))
(test-eqv "(round 2.5)" 2.0 (round 2.5))
(test-eqv "(round -2.5)" -2.0 (round -2.5))
(test-eqv "(round -0.4)" -0.0 (round -0.4))
(test-eqv "(round 7/2)" 4 (round 7/2))
(test-eqv "(round 5/2)" 2 (round 5/2))
(test-eqv "(round -5/2)" -2 (round -5/2))
(test-eqv "(round -7/2)" -4 (round -7/2))
(test-eqv "(round 7/3)" 2 (round 7/3))
(test-eqv "(round 8/3)" 3 (round 8/3))
(test-eqv "(round 7)" 7 (round 7))
(test-eqv "(floor 7/2)" 3 (floor 7/2))
(test-eqv "(floor -7/2)" -4 (floor -7/2))
(test-eqv "(ceiling 7/2)" 4 (ceiling 7/2))
(test-eqv "(ceiling -7/2)" -3 (ceiling -7/2))
(test-eqv "(truncate 7/2)" 3 (truncate 7/2))
(test-eqv "(truncate -7/2)" -3 (truncate -7/2))
(test-eqv "(floor 5)" 5 (floor 5))
(test-eqv "(floor +inf.0)" +inf.0 (floor +inf.0))
(test-eqv "(nan? (round +nan.0))" #t (nan? (round +nan.0)))
(test-eqv "(ceiling -0.5)" -0.0 (ceiling -0.5))
(test-eqv "(round 4503599627370496.5)"
  4503599627370496.0 (round 4503599627370496.5))
(test-eqv "(floor 1e300)" 1e300 (floor 1e300))
(test-eqv "(floor (/ (expt 10 30) 7))"
  142857142857142857142857142857 (floor (/ (expt 10 30) 7)))
(test-eqv "(round (/ (+ (* 2 (expt 10 30)) 1) 2))"
  1000000000000000000000000000000 (round (/ (+ (* 2 (expt 10 30)) 1) 2)))
(test-eqv "(rationalize (exact .3) 1/10)" 1/3 (rationalize (exact .3) 1/10))
(test-eqv "(rationalize .3 1/10)" 0.3333333333333333 (rationalize .3 1/10))
(test-eqv "(rationalize 3/10 1/10)" 1/3 (rationalize 3/10 1/10))
(test-eqv "(rationalize -3/10 1/10)" -1/3 (rationalize -3/10 1/10))
(test-eqv "(rationalize 1/4 1/2)" 0 (rationalize 1/4 1/2))
(test-eqv "(rationalize 5 0)" 5 (rationalize 5 0))
(test-eqv "(rationalize 22/7 0)" 22/7 (rationalize 22/7 0))
(test-eqv "(rationalize 3 1)" 2 (rationalize 3 1))
(test-eqv "(rationalize 314159265358979/100000000000000 1/1000)"
  201/64 (rationalize 314159265358979/100000000000000 1/1000))
(test-eqv "(rationalize +inf.0 3)" +inf.0 (rationalize +inf.0 3))
(test-eqv "(rationalize 3 +inf.0)" 0.0 (rationalize 3 +inf.0))
(test-eqv "(nan? (rationalize +inf.0 +inf.0))"
  #t (nan? (rationalize +inf.0 +inf.0)))

;; Exactness
(test-eqv "(exact 1.5)" 3/2 (exact 1.5))
(test-eqv "(exact 2.0)" 2 (exact 2.0))
(test-eqv "(exact 1e20)" 100000000000000000000 (exact 1e20))
(test-eqv "(exact 1e18)" 1000000000000000000 (exact 1e18))
(test-eqv "(exact -0.0)" 0 (exact -0.0))
(test-eqv "(exact 0.1)" 3602879701896397/36028797018963968 (exact 0.1))
(test-eqv "(exact 5)" 5 (exact 5))
(test-eqv "(exact 4611686018427387904.0)"
  4611686018427387904 (exact 4611686018427387904.0))
(test-eqv "(exact -4611686018427387904.0)"
  -4611686018427387904 (exact -4611686018427387904.0))
(test-eqv "(exact 9223372036854775808.0)"
  9223372036854775808 (exact 9223372036854775808.0))
(test-eqv "(= (exact 1e300) (expt 10 300))" #f (= (exact 1e300) (expt 10 300)))
(test-eqv "(inexact 1/3)" 0.3333333333333333 (inexact 1/3))
(test-eqv "(inexact 5)" 5.0 (inexact 5))
(test-eqv "(inexact 1.5)" 1.5 (inexact 1.5))
(test-eqv "(inexact 9007199254740993)"
  9007199254740992.0 (inexact 9007199254740993))
(test-eqv "(inexact 9007199254740995)"
  9007199254740996.0 (inexact 9007199254740995))
(test-eqv "(inexact (expt 10 400))" +inf.0 (inexact (expt 10 400)))
(test-eqv "(inexact (- (expt 10 400)))" -inf.0 (inexact (- (expt 10 400))))
(test-eqv "(inexact (expt 10 -400))" 0.0 (inexact (expt 10 -400)))
(test-eqv "(inexact (expt 10 22))" 1e22 (inexact (expt 10 22)))
(test-eqv "(inexact (/ (expt 10 400) (expt 10 399)))"
  10.0 (inexact (/ (expt 10 400) (expt 10 399))))
(test-eqv "(inexact (/ (+ (expt 10 400) 1) (expt 10 400)))"
  1.0 (inexact (/ (+ (expt 10 400) 1) (expt 10 400))))
(test-eqv "(inexact (/ (* 18359 (expt 10 500)) (* 10000 (expt 10 500))))"
  1.8359 (inexact (/ (* 18359 (expt 10 500)) (* 10000 (expt 10 500)))))
(test-eqv "(inexact (/ (+ (expt 3 800) 1) (expt 3 799)))"
  3.0 (inexact (/ (+ (expt 3 800) 1) (expt 3 799))))
(test-eqv "(inexact (/ 1 (expt 2 1074)))" 5e-324 (inexact (/ 1 (expt 2 1074))))
(test-eqv "(inexact (/ 1 (expt 2 1075)))" 0.0 (inexact (/ 1 (expt 2 1075))))
(test-eqv "(inexact (/ 3 (expt 2 1075)))" 1e-323 (inexact (/ 3 (expt 2 1075))))
(test-eqv "(inexact (+ (expt 2 53) 1))"
  9007199254740992.0 (inexact (+ (expt 2 53) 1)))
(test-eqv "(inexact (+ (expt 2 54) 2))"
  18014398509481984.0 (inexact (+ (expt 2 54) 2)))
(test-eqv "(inexact (+ (expt 2 54) 3))"
  18014398509481988.0 (inexact (+ (expt 2 54) 3)))
(test-eqv "(inexact (+ 9007199254740993 1/1000000))"
  9007199254740994.0 (inexact (+ 9007199254740993 1/1000000)))
(test-eqv "(exact (inexact 1/3))"
  6004799503160661/18014398509481984 (exact (inexact 1/3)))
(test-eqv "(exact (floor 2.5))" 2 (exact (floor 2.5)))
(test-eqv "(exact (expt 2. 70))" 1180591620717411303424 (exact (expt 2. 70)))
(test-eqv "(eqv? 2 2.0)" #f (eqv? 2 2.0))
(test-eqv "(eqv? 0.0 -0.0)" #f (eqv? 0.0 -0.0))
(test-eqv "(eqv? 1/2 (/ 2 4))" #t (eqv? 1/2 (/ 2 4)))
(test-eqv "(eqv? 100000000000000000000 (expt 10 20))"
  #t (eqv? 100000000000000000000 (expt 10 20)))
(test-eqv "(eqv? 1e300 (* 10 1e299))" #t (eqv? 1e300 (* 10 1e299)))
(test-eqv "(equal? 1.5 (/ 3 2.))" #t (equal? 1.5 (/ 3 2.)))

(test-end "numbers")

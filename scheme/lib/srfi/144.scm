;; The constants of SRFI 144: fl-sqrt-2 is the square root of 2, fl-1/pi is 1/pi and so on.

;;> fl-e
;;> e.
(define fl-e 2.718281828459045)
;;> fl-1/e
;;> 1/e.
(define fl-1/e 0.36787944117144233)
;;> fl-e-2
;;> e squared.
(define fl-e-2 7.38905609893065)
;;> fl-e-pi/4
;;> e to the power of pi/4.
(define fl-e-pi/4 2.1932800507380152)
;;> fl-log2-e
;;> The logarithm of e to the base 2.
(define fl-log2-e 1.4426950408889634)
;;> fl-log10-e
;;> The logarithm of e to the base 10.
(define fl-log10-e 0.4342944819032518)
;;> fl-log-2
;;> The natural logarithm of 2.
(define fl-log-2 0.6931471805599453)
;;> fl-1/log-2
;;> 1 divided by the natural logarithm of 2.
(define fl-1/log-2 1.4426950408889634)
;;> fl-log-3
;;> The natural logarithm of 3.
(define fl-log-3 1.0986122886681098)
;;> fl-log-pi
;;> The natural logarithm of pi.
(define fl-log-pi 1.1447298858494002)
;;> fl-log-10
;;> The natural logarithm of 10.
(define fl-log-10 2.302585092994046)
;;> fl-1/log-10
;;> 1 divided by the natural logarithm of 10.
(define fl-1/log-10 0.4342944819032518)
;;> fl-pi
;;> pi.
(define fl-pi 3.141592653589793)
;;> fl-1/pi
;;> 1/pi.
(define fl-1/pi 0.3183098861837907)
;;> fl-2pi
;;> 2 pi.
(define fl-2pi 6.283185307179586)
;;> fl-pi/2
;;> pi/2.
(define fl-pi/2 1.5707963267948966)
;;> fl-pi/4
;;> pi/4.
(define fl-pi/4 0.7853981633974483)
;;> fl-pi-squared
;;> pi squared.
(define fl-pi-squared 9.869604401089358)
;;> fl-degree
;;> pi/180, a degree in radians.
(define fl-degree 0.017453292519943295)
;;> fl-2/pi
;;> 2/pi.
(define fl-2/pi 0.6366197723675814)
;;> fl-2/sqrt-pi
;;> 2 divided by the square root of pi.
(define fl-2/sqrt-pi 1.1283791670955126)
;;> fl-sqrt-2
;;> The square root of 2.
(define fl-sqrt-2 1.4142135623730951)
;;> fl-sqrt-3
;;> The square root of 3.
(define fl-sqrt-3 1.7320508075688772)
;;> fl-sqrt-5
;;> The square root of 5.
(define fl-sqrt-5 2.23606797749979)
;;> fl-sqrt-10
;;> The square root of 10.
(define fl-sqrt-10 3.1622776601683795)
;;> fl-1/sqrt-2
;;> 1 divided by the square root of 2.
(define fl-1/sqrt-2 0.7071067811865476)
;;> fl-cbrt-2
;;> The cube root of 2.
(define fl-cbrt-2 1.2599210498948732)
;;> fl-cbrt-3
;;> The cube root of 3.
(define fl-cbrt-3 1.4422495703074083)
;;> fl-4thrt-2
;;> The fourth root of 2.
(define fl-4thrt-2 1.189207115002721)
;;> fl-phi
;;> phi, the golden ratio.
(define fl-phi 1.618033988749895)
;;> fl-log-phi
;;> The natural logarithm of the golden ratio.
(define fl-log-phi 0.48121182505960347)
;;> fl-1/log-phi
;;> 1 divided by the natural logarithm of the golden ratio.
(define fl-1/log-phi 2.0780869212350277)
;;> fl-euler
;;> Euler's constant.
(define fl-euler 0.5772156649015329)
;;> fl-e-euler
;;> e to the power of Euler's constant.
(define fl-e-euler 1.781072417990198)
;;> fl-sin-1
;;> The sine of 1.
(define fl-sin-1 0.8414709848078965)
;;> fl-cos-1
;;> The cosine of 1.
(define fl-cos-1 0.5403023058681398)
;;> fl-gamma-1/2
;;> The gamma function of 1/2.
(define fl-gamma-1/2 1.772453850905516)
;;> fl-gamma-1/3
;;> The gamma function of 1/3.
(define fl-gamma-1/3 2.6789385347077475)
;;> fl-gamma-2/3
;;> The gamma function of 2/3.
(define fl-gamma-2/3 1.3541179394264005)

;;> fl-greatest
;;> The largest finite flonum.
(define fl-greatest 1.7976931348623157e308)

;;> fl-least
;;> The smallest positive flonum.
(define fl-least (make-flonum 1.0 -1074))

;;> fl-epsilon
;;> How far 1.0 and the next flonum are apart.
(define fl-epsilon (make-flonum 1.0 -52))

;;> fl-fast-fl+*
;;> Whether fl+* is about as fast as fl* and fl+.
(define fl-fast-fl+* #f)

;;> fl-integer-exponent-zero
;;> What flinteger-exponent answers for 0.0.
(define fl-integer-exponent-zero (flinteger-exponent 0.0))

;;> fl-integer-exponent-nan
;;> What flinteger-exponent answers for NaN.
(define fl-integer-exponent-nan (flinteger-exponent +nan.0))

;;> (make-fllog-base base)
;;> A procedure that gives logarithms to that base.
(define (make-fllog-base base)
  (if (not (and (flonum? base) (fl>? base 1.0)))
      (%wrong-type 'make-fllog-base 1 "a flonum above 1.0" base))
  (let ((scale (fllog base)))
    (lambda (x) (fl/ (fllog x) scale))))

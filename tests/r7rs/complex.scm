;; Complex numbers taken apart and put together: (scheme complex), branch cuts.
(import (scheme base) (scheme complex) (scheme inexact) (srfi 64))

(test-begin "complex")

;; (scheme complex)
(test-eqv "(make-rectangular 1 2)" 1+2i (make-rectangular 1 2))
(test-eqv "(make-rectangular 1 0)" 1 (make-rectangular 1 0))
(test-eqv "(make-rectangular 1 2.5)" 1.0+2.5i (make-rectangular 1 2.5))
(test-eqv "(make-polar 2 0)" 2 (make-polar 2 0))
(test-eqv "(real-part 1+2i)" 1 (real-part 1+2i))
(test-eqv "(imag-part 1+2i)" 2 (imag-part 1+2i))
(test-eqv "(real-part 5)" 5 (real-part 5))
(test-eqv "(imag-part 5)" 0 (imag-part 5))
(test-eqv "(imag-part 5.5)" 0 (imag-part 5.5))
(test-eqv "(magnitude 3+4i)" 5 (magnitude 3+4i))
(test-eqv "(magnitude 3.0+4.0i)" 5.0 (magnitude 3.0+4.0i))
(test-eqv "(angle 1)" 0 (angle 1))
(test-approximate "(angle -1)" 3.141592653589793 (angle -1) 1e-15)
(test-approximate "(angle +i)" 1.5707963267948966 (angle +i) 1e-15)
(test-approximate "(real-part (make-polar 1 2))"
  -0.4161468365471424 (real-part (make-polar 1 2)) 1e-15)
(test-approximate "(imag-part (make-polar 1 2))"
  0.9092974268256817 (imag-part (make-polar 1 2)) 1e-15)
(test-approximate "(real-part (string->number \"-7@-3\"))"
  6.929947476203118 (real-part (string->number "-7@-3")) 1e-14)
(test-approximate "(imag-part (string->number \"-7@-3\"))"
  0.9878400564190705 (imag-part (string->number "-7@-3")) 1e-14)
(test-approximate "(imag-part (log -1))"
  3.141592653589793 (imag-part (log -1)) 1e-15)
(test-approximate "(real-part (log -1))" 0.0 (real-part (log -1)) 1e-15)
(test-approximate "(imag-part (log -1.0))"
  3.141592653589793 (imag-part (log -1.0)) 1e-15)
(test-approximate "(imag-part (log -1.0-0.0i))"
  -3.141592653589793 (imag-part (log -1.0-0.0i)) 1e-15)
(test-approximate "(real-part (exp +3.141592653589793i))"
  -1.0 (real-part (exp +3.141592653589793i)) 1e-15)
(test-approximate "(real-part (asin 2))"
  1.5707963267948966 (real-part (asin 2)) 1e-15)
(test-approximate "(imag-part (asin 2))"
  -1.3169578969248166 (imag-part (asin 2)) 1e-14)
(test-approximate "(real-part (asin -2))"
  -1.5707963267948966 (real-part (asin -2)) 1e-15)
(test-approximate "(imag-part (asin -2))"
  1.3169578969248166 (imag-part (asin -2)) 1e-14)
(test-approximate "(imag-part (acos 2))"
  1.3169578969248166 (imag-part (acos 2)) 1e-14)
(test-approximate "(real-part (acos -2))"
  3.141592653589793 (real-part (acos -2)) 1e-15)
(test-approximate "(real-part (atan +2i))"
  1.5707963267948966 (real-part (atan +2i)) 1e-15)
(test-approximate "(imag-part (atan +2i))"
  0.5493061443340549 (imag-part (atan +2i)) 1e-15)
(test-eqv "(real-part (sqrt -1.0+0.0i))" 0.0 (real-part (sqrt -1.0+0.0i)))
(test-eqv "(imag-part (sqrt -1.0+0.0i))" 1.0 (imag-part (sqrt -1.0+0.0i)))
(test-eqv "(imag-part (sqrt -1.0-0.0i))" -1.0 (imag-part (sqrt -1.0-0.0i)))
(test-approximate "(real-part (expt -8 1/3))"
  1.0 (real-part (expt -8 1/3)) 1e-14)
(test-approximate "(imag-part (expt -8 1/3))"
  1.7320508075688772 (imag-part (expt -8 1/3)) 1e-14)
(test-eqv "(imag-part (expt -1 1/2))" 1 (imag-part (expt -1 1/2)))
(test-approximate "(real-part (expt 2 +i))"
  0.7692389013639721 (real-part (expt 2 +i)) 1e-14)

(test-end "complex")

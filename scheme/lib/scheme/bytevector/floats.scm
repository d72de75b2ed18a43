;; Numbers of IEEE 754 in 32 and 64 bits.

;; The number as an integer of these bits: sign, exponent, fraction. It is rounded to even.
(define (float->bits x fraction-bits exponent-bits)
  (let* ((bias (- (expt 2 (- exponent-bits 1)) 1))
         (infinite (arithmetic-shift (- (expt 2 exponent-bits) 1)
                                     fraction-bits))
         (sign (if (or (negative? x) (eqv? x -0.0))
                   (expt 2 (+ fraction-bits exponent-bits))
                   0)))
    (cond ((nan? x) (+ infinite (expt 2 (- fraction-bits 1))))
          ((infinite? x) (+ sign infinite))
          ((zero? x) sign)
          (else
           (let* ((n (abs (exact x)))
                  ;; 2^e <= n < 2^(e+1), as far as there are such exponents
                  (e (let ((e (- (integer-length (numerator n))
                                 (integer-length (denominator n)))))
                       (max (- 1 bias) (if (< n (expt 2 e)) (- e 1) e))))
                  (digits (round (* n (expt 2 (- fraction-bits e))))))
             ;; The leading digit counts as one of the exponent; carries do too.
             (min (+ sign infinite)
                  (+ sign digits
                     (arithmetic-shift (+ e bias -1) fraction-bits))))))))

(define (bits->float bits fraction-bits exponent-bits)
  (let* ((bias (- (expt 2 (- exponent-bits 1)) 1))
         (one (expt 2 fraction-bits))
         (fraction (floor-remainder bits one))
         (exponent (floor-remainder (arithmetic-shift bits (- fraction-bits))
                                    (expt 2 exponent-bits)))
         (negative? (>= bits (* one (expt 2 exponent-bits))))
         (magnitude
          (cond ((= exponent (- (expt 2 exponent-bits) 1))
                 (if (= fraction 0) +inf.0 +nan.0))
                ((= exponent 0)
                 (inexact (* fraction (expt 2 (- 1 bias fraction-bits)))))
                (else
                 (inexact (* (+ one fraction)
                             (expt 2 (- exponent bias fraction-bits))))))))
    (if negative? (- magnitude) magnitude)))

(define (check-real who x)
  (if (not (real? x)) (%wrong-type who 3 "a real number" x)))

(define-syntax define-floats
  (syntax-rules ()
    ((_ size fraction exponent ref set native-ref native-set)
     (begin
       (define (ref bytevector k order)
         (bits->float (get 'ref bytevector k order size) fraction exponent))
       (define (set bytevector k x order)
         (check-real 'set x)
         (put! 'set bytevector k (float->bits x fraction exponent) order size))
       (define (native-ref bytevector k)
         (ref bytevector k (native-endianness)))
       (define (native-set bytevector k x)
         (set bytevector k x (native-endianness)))))))

;;> (bytevector-ieee-single-ref bytevector k order)
;;> The number of 32 bits from byte k on; order is big or little.
;;
;;> (bytevector-ieee-single-set! bytevector k x order)
;;> Stores the number nearest to x there.
;;
;;> (bytevector-ieee-single-native-ref bytevector k)
;;> The number there in the byte order of this computer.
;;
;;> (bytevector-ieee-single-native-set! bytevector k x)
;;> Stores the number nearest to x there.
(define-floats 4 23 8
  bytevector-ieee-single-ref bytevector-ieee-single-set!
  bytevector-ieee-single-native-ref bytevector-ieee-single-native-set!)

;;> (bytevector-ieee-double-ref bytevector k order)
;;> The number of 64 bits from byte k on; order is big or little.
;;
;;> (bytevector-ieee-double-set! bytevector k x order)
;;> Stores the number nearest to x there.
;;
;;> (bytevector-ieee-double-native-ref bytevector k)
;;> The number there in the byte order of this computer.
;;
;;> (bytevector-ieee-double-native-set! bytevector k x)
;;> Stores the number nearest to x there.
(define-floats 8 52 11
  bytevector-ieee-double-ref bytevector-ieee-double-set!
  bytevector-ieee-double-native-ref bytevector-ieee-double-native-set!)

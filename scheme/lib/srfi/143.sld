;; SRFI 143: fixnums.
;;
;; Most are natives; here is what takes fields of bits or gives several values.
(define-library (srfi 143)
  (export fx-width fx-greatest fx-least fxsqrt fx+/carry fx-/carry fx*/carry
          fxbit-field fxbit-field-rotate fxbit-field-reverse fixnum? fx=? fx<?
          fx>? fx<=? fx>=? fxzero? fxpositive? fxnegative? fxodd? fxeven?
          fxmax fxmin fx+ fx- fx* fxneg fxquotient fxremainder fxabs fxsquare
          fxnot fxand fxior fxxor fxarithmetic-shift fxarithmetic-shift-left
          fxarithmetic-shift-right fxbit-count fxlength fxif fxbit-set?
          fxcopy-bit fxfirst-set-bit)
  (import (scheme base) (srfi 141)
          (only (srfi 151) bit-field bit-field-rotate bit-field-reverse)
          (only (fermata builtins)
                %wrong-type %out-of-range
                fixnum? fx=? fx<? fx>? fx<=? fx>=? fxzero? fxpositive?
                fxnegative? fxodd? fxeven? fxmax fxmin fx+ fx- fx* fxneg
                fxquotient fxremainder fxabs fxsquare fxnot fxand fxior fxxor
                fxarithmetic-shift fxarithmetic-shift-left
                fxarithmetic-shift-right fxbit-count fxlength fxif fxbit-set?
                fxcopy-bit fxfirst-set-bit))
  (begin

    ;;> fx-width
    ;;> The bits of a fixnum, its sign included.
    (define fx-width 63)

    ;;> fx-greatest
    ;;> The largest fixnum.
    (define fx-greatest (- (expt 2 62) 1))

    ;;> fx-least
    ;;> The smallest fixnum.
    (define fx-least (- (expt 2 62)))

    (define (%check who argument obj)
      (if (not (fixnum? obj)) (%wrong-type who argument "a fixnum" obj)))

    ;;> (fxsqrt fixnum)
    ;;> Two values: the integer part of its square root, and what the square leaves.
    (define (fxsqrt fixnum)
      (%check 'fxsqrt 1 fixnum)
      (if (fxnegative? fixnum)
          (%out-of-range 'fxsqrt 1 "at least 0" fixnum))
      (exact-integer-sqrt fixnum))

    (define (%carry who n i j k)
      (%check who 1 i)
      (%check who 2 j)
      (%check who 3 k)
      (let-values (((carry rest) (balanced/ n (expt 2 fx-width))))
        (values rest carry)))

    ;;> (fx+/carry i j k)
    ;;> i + j + k as two values: the lowest fx-width bits, and what is carried.
    (define (fx+/carry i j k) (%carry 'fx+/carry (+ i j k) i j k))

    ;;> (fx-/carry i j k)
    ;;> i - j - k in the same way.
    (define (fx-/carry i j k) (%carry 'fx-/carry (- i j k) i j k))

    ;;> (fx*/carry i j k)
    ;;> i * j + k in the same way.
    (define (fx*/carry i j k) (%carry 'fx*/carry (+ (* i j) k) i j k))

    (define (%check-field who fixnum start end)
      (%check who 1 fixnum)
      (if (not (and (fixnum? end) (<= 0 end fx-width)))
          (%out-of-range who 3 "an index from 0 to 63" end))
      (if (not (and (fixnum? start) (<= 0 start end)))
          (%out-of-range who 2 "an index from 0 to the end of the field" start)))

    ;; The number as a fixnum of which only fx-width bits matter.
    (define (%wrap n)
      (balanced-remainder n (expt 2 fx-width)))

    ;;> (fxbit-field fixnum start end)
    ;;> The bits from start up to end, as a number.
    (define (fxbit-field fixnum start end)
      (%check-field 'fxbit-field fixnum start end)
      (%wrap (bit-field fixnum start end)))

    ;;> (fxbit-field-rotate fixnum start end count)
    ;;> The fixnum with those bits moved to the left count times, around the field.
    (define (fxbit-field-rotate fixnum start end count)
      (%check-field 'fxbit-field-rotate fixnum start end)
      (%wrap (bit-field-rotate fixnum count start end)))

    ;;> (fxbit-field-reverse fixnum start end)
    ;;> The fixnum with those bits in the opposite order.
    (define (fxbit-field-reverse fixnum start end)
      (%check-field 'fxbit-field-reverse fixnum start end)
      (%wrap (bit-field-reverse fixnum start end)))))

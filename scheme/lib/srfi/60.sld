;; SRFI 60: integers as bits, under the older names; SRFI 151 has the newer ones.
(define-library (srfi 60)
  (export logand bitwise-and logior bitwise-ior logxor bitwise-xor
          lognot bitwise-not bitwise-if bitwise-merge logtest any-bits-set?
          logcount bit-count integer-length log2-binary-factors first-set-bit
          logbit? bit-set? copy-bit bit-field copy-bit-field
          ash arithmetic-shift rotate-bit-field reverse-bit-field
          integer->list list->integer booleans->integer)
  (import (scheme base)
          (only (fermata builtins) %wrong-type)
          (rename (only (srfi 151)
                        bitwise-and bitwise-ior bitwise-xor bitwise-not
                        bitwise-if bit-count integer-length first-set-bit
                        bit-set? copy-bit bit-field bit-field-replace
                        bit-field-rotate bit-field-reverse arithmetic-shift)
                  (bit-field-rotate rotate-bit-field)
                  (bit-field-reverse reverse-bit-field)))
  (begin

    ;;> (logand i ...)
    ;;> The same as bitwise-and.
    (define logand bitwise-and)

    ;;> (logior i ...)
    ;;> The same as bitwise-ior.
    (define logior bitwise-ior)

    ;;> (logxor i ...)
    ;;> The same as bitwise-xor.
    (define logxor bitwise-xor)

    ;;> (lognot i)
    ;;> The same as bitwise-not.
    (define lognot bitwise-not)

    ;;> (bitwise-merge mask i j)
    ;;> The same as bitwise-if.
    (define bitwise-merge bitwise-if)

    ;;> (any-bits-set? i j)
    ;;> Whether i and j have a set bit in common.
    (define (any-bits-set? i j)
      (not (zero? (bitwise-and i j))))

    ;;> (logtest i j)
    ;;> The same as any-bits-set?.
    (define logtest any-bits-set?)

    ;;> (logcount i)
    ;;> The same as bit-count.
    (define logcount bit-count)

    ;;> (log2-binary-factors i)
    ;;> The same as first-set-bit.
    (define log2-binary-factors first-set-bit)

    ;;> (logbit? index i)
    ;;> The same as bit-set?.
    (define logbit? bit-set?)

    ;;> (ash i count)
    ;;> The same as arithmetic-shift.
    (define ash arithmetic-shift)

    ;;> (copy-bit-field to from start end)
    ;;> The integer to with its bits from start up to end those of from, counted from 0 there.
    (define (copy-bit-field to from start end)
      (bit-field-replace to from start end))

    ;;> (integer->list i [length])
    ;;> The lowest length bits of i, all of them without length, as booleans, the lowest last.
    (define (integer->list i 1 . length)
      (if (and (pair? length)
               (not (and (exact-integer? (car length)) (<= 0 (car length) 16777216))))
          (%wrong-type 'integer->list 2 "an exact integer from 0 to 16777216"
                       (car length)))
      (let loop ((left (if (pair? length) (car length) (integer-length i)))
                 (i i)
                 (bits '()))
        (if (= left 0)
            bits
            (loop (- left 1) (arithmetic-shift i -1) (cons (odd? i) bits)))))

    ;;> (list->integer booleans)
    ;;> The integer with these bits, the lowest last.
    (define (list->integer booleans)
      (let loop ((booleans booleans) (i 0))
        (if (null? booleans)
            i
            (loop (cdr booleans) (+ i i (if (car booleans) 1 0))))))

    ;;> (booleans->integer boolean ...)
    ;;> The integer with these bits, the lowest last.
    (define (booleans->integer . booleans)
      (list->integer booleans))))

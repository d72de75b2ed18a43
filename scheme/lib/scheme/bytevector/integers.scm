;; Integers of any number of bytes.

;;> (endianness name)
;;> The symbol big or little, for the procedures that take a byte order.
(define-syntax endianness
  (syntax-rules ()
    ((_ name) (checked-order 'endianness 1 'name))))

(define (checked-order who argument order)
  (if (not (memq order '(big little)))
      (%wrong-type who argument "big or little" order))
  order)

;;> (native-endianness)
;;> The byte order of this computer.
(define (native-endianness)
  (cond-expand (big-endian 'big) (else 'little)))

;;> (bytevector=? bytevector1 bytevector2)
;;> Whether they have the same bytes.
(define (bytevector=? a b) (equal? a b))

;;> (bytevector-fill! bytevector byte [start [end]])
;;> Makes every byte from start up to end that byte; from -128 to -1 it counts from 256.
(define (bytevector-fill! bytevector byte 2 . start+end)
  (let ((byte (if (< -129 byte 0) (+ byte 256) byte))
        (start (if (pair? start+end) (car start+end) 0))
        (end (if (and (pair? start+end) (pair? (cdr start+end)))
                 (cadr start+end)
                 (bytevector-length bytevector))))
    (do ((i start (+ i 1)))
        ((>= i end))
      (bytevector-u8-set! bytevector i byte))))

(define (check-place who bytevector k size)
  (if (not (bytevector? bytevector))
      (%wrong-type who 1 "a bytevector" bytevector))
  (if (not (and (exact-integer? k)
                (<= 0 k (- (bytevector-length bytevector) size))))
      (%out-of-range who 2
                     (string-append "an index at least "
                                    (number->string size)
                                    " before the end")
                     k)))

;; The unsigned integer in size bytes from k on.
(define (get who bytevector k order size)
  (check-place who bytevector k size)
  (if (eq? (checked-order who 3 order) 'big)
      (let loop ((i k) (n 0))
        (if (< i (+ k size))
            (loop (+ i 1) (+ (* 256 n) (bytevector-u8-ref bytevector i)))
            n))
      (let loop ((i (+ k size -1)) (n 0))
        (if (>= i k)
            (loop (- i 1) (+ (* 256 n) (bytevector-u8-ref bytevector i)))
            n))))

(define (put! who bytevector k n order size)
  (check-place who bytevector k size)
  (if (eq? (checked-order who 4 order) 'big)
      (do ((i (+ k size -1) (- i 1)) (n n (arithmetic-shift n -8)))
          ((< i k))
        (bytevector-u8-set! bytevector i (bitwise-and n 255)))
      (do ((i k (+ i 1)) (n n (arithmetic-shift n -8)))
          ((= i (+ k size)))
        (bytevector-u8-set! bytevector i (bitwise-and n 255)))))

(define (signed n size)
  (if (< n (expt 2 (- (* 8 size) 1))) n (- n (expt 256 size))))

(define (check-integer who n low high)
  (if (not (and (exact-integer? n) (<= low n) (< n high)))
      (%out-of-range who 3
                     (string-append "an integer from " (number->string low)
                                    " below " (number->string high))
                     n)))

(define (check-unsigned who n size) (check-integer who n 0 (expt 256 size)))

(define (check-signed who n size)
  (let ((limit (expt 2 (- (* 8 size) 1))))
    (check-integer who n (- limit) limit)))

;;> (bytevector-uint-ref bytevector k order size)
;;> The integer without sign in size bytes from k on; order is big or little.
(define (bytevector-uint-ref bytevector k order size)
  (get 'bytevector-uint-ref bytevector k order size))

;;> (bytevector-uint-set! bytevector k n order size)
;;> Stores n there.
(define (bytevector-uint-set! bytevector k n order size)
  (check-unsigned 'bytevector-uint-set! n size)
  (put! 'bytevector-uint-set! bytevector k n order size))

;;> (bytevector-sint-ref bytevector k order size)
;;> The integer with sign in size bytes from k on, in two's complement.
(define (bytevector-sint-ref bytevector k order size)
  (signed (get 'bytevector-sint-ref bytevector k order size) size))

;;> (bytevector-sint-set! bytevector k n order size)
;;> Stores n there.
(define (bytevector-sint-set! bytevector k n order size)
  (check-signed 'bytevector-sint-set! n size)
  (put! 'bytevector-sint-set! bytevector k n order size))

;;> (bytevector-s8-ref bytevector k)
;;> Byte k as an integer with sign.
(define (bytevector-s8-ref bytevector k)
  (signed (get 'bytevector-s8-ref bytevector k 'big 1) 1))

;;> (bytevector-s8-set! bytevector k n)
;;> Stores n there.
(define (bytevector-s8-set! bytevector k n)
  (check-signed 'bytevector-s8-set! n 1)
  (put! 'bytevector-s8-set! bytevector k n 'big 1))

;;> (bytevector->u8-list bytevector)
;;> A list of the bytes.
(define (bytevector->u8-list bytevector)
  (bytevector->uint-list bytevector 'big 1))

;;> (u8-list->bytevector list)
;;> A bytevector of the bytes.
(define (u8-list->bytevector list) (apply bytevector list))

(define (integers who ref bytevector order size)
  (let ((n (bytevector-length bytevector)))
    (if (not (and (> size 0) (= 0 (remainder n size))))
        (%out-of-range who 3 "a divisor of the bytevector's length" size))
    (let loop ((k (- n size)) (list '()))
      (if (< k 0)
          list
          (loop (- k size) (cons (ref bytevector k order size) list))))))

;;> (bytevector->uint-list bytevector order size)
;;> A list of the integers without sign, of size bytes each.
(define (bytevector->uint-list bytevector order size)
  (integers 'bytevector->uint-list bytevector-uint-ref bytevector order size))

;;> (bytevector->sint-list bytevector order size)
;;> A list of the integers with sign, of size bytes each.
(define (bytevector->sint-list bytevector order size)
  (integers 'bytevector->sint-list bytevector-sint-ref bytevector order size))

(define (from-integers set list order size)
  (let ((bytevector (make-bytevector (* size (length list)))))
    (do ((rest list (cdr rest)) (k 0 (+ k size)))
        ((null? rest) bytevector)
      (set bytevector k (car rest) order size))))

;;> (uint-list->bytevector list order size)
;;> A bytevector of the integers, in size bytes each.
(define (uint-list->bytevector list order size)
  (from-integers bytevector-uint-set! list order size))

;;> (sint-list->bytevector list order size)
;;> A bytevector of the integers, in size bytes each.
(define (sint-list->bytevector list order size)
  (from-integers bytevector-sint-set! list order size))

;; ---- 16, 32 and 64 bits

(define-syntax define-integers
  (syntax-rules ()
    ((_ size to check ref set native-ref native-set)
     (begin
       (define (ref bytevector k order)
         (to (get 'ref bytevector k order size) size))
       (define (set bytevector k n order)
         (check 'set n size)
         (put! 'set bytevector k n order size))
       (define (native-ref bytevector k)
         (to (get 'native-ref bytevector k (native-endianness) size) size))
       (define (native-set bytevector k n)
         (check 'native-set n size)
         (put! 'native-set bytevector k n (native-endianness) size))))))

(define (unsigned n size) n)

;;> (bytevector-u16-ref bytevector k order)
;;> The integer without sign in 16 bits from byte k on; order is big or little.
;;
;;> (bytevector-u16-set! bytevector k n order)
;;> Stores n there.
;;
;;> (bytevector-u16-native-ref bytevector k)
;;> The integer there in the byte order of this computer.
;;
;;> (bytevector-u16-native-set! bytevector k n)
;;> Stores n there.
(define-integers 2 unsigned check-unsigned
  bytevector-u16-ref bytevector-u16-set!
  bytevector-u16-native-ref bytevector-u16-native-set!)

;;> (bytevector-s16-ref bytevector k order)
;;> The integer with sign in 16 bits from byte k on; order is big or little.
;;
;;> (bytevector-s16-set! bytevector k n order)
;;> Stores n there.
;;
;;> (bytevector-s16-native-ref bytevector k)
;;> The integer there in the byte order of this computer.
;;
;;> (bytevector-s16-native-set! bytevector k n)
;;> Stores n there.
(define-integers 2 signed check-signed
  bytevector-s16-ref bytevector-s16-set!
  bytevector-s16-native-ref bytevector-s16-native-set!)

;;> (bytevector-u32-ref bytevector k order)
;;> The integer without sign in 32 bits from byte k on; order is big or little.
;;
;;> (bytevector-u32-set! bytevector k n order)
;;> Stores n there.
;;
;;> (bytevector-u32-native-ref bytevector k)
;;> The integer there in the byte order of this computer.
;;
;;> (bytevector-u32-native-set! bytevector k n)
;;> Stores n there.
(define-integers 4 unsigned check-unsigned
  bytevector-u32-ref bytevector-u32-set!
  bytevector-u32-native-ref bytevector-u32-native-set!)

;;> (bytevector-s32-ref bytevector k order)
;;> The integer with sign in 32 bits from byte k on; order is big or little.
;;
;;> (bytevector-s32-set! bytevector k n order)
;;> Stores n there.
;;
;;> (bytevector-s32-native-ref bytevector k)
;;> The integer there in the byte order of this computer.
;;
;;> (bytevector-s32-native-set! bytevector k n)
;;> Stores n there.
(define-integers 4 signed check-signed
  bytevector-s32-ref bytevector-s32-set!
  bytevector-s32-native-ref bytevector-s32-native-set!)

;;> (bytevector-u64-ref bytevector k order)
;;> The integer without sign in 64 bits from byte k on; order is big or little.
;;
;;> (bytevector-u64-set! bytevector k n order)
;;> Stores n there.
;;
;;> (bytevector-u64-native-ref bytevector k)
;;> The integer there in the byte order of this computer.
;;
;;> (bytevector-u64-native-set! bytevector k n)
;;> Stores n there.
(define-integers 8 unsigned check-unsigned
  bytevector-u64-ref bytevector-u64-set!
  bytevector-u64-native-ref bytevector-u64-native-set!)

;;> (bytevector-s64-ref bytevector k order)
;;> The integer with sign in 64 bits from byte k on; order is big or little.
;;
;;> (bytevector-s64-set! bytevector k n order)
;;> Stores n there.
;;
;;> (bytevector-s64-native-ref bytevector k)
;;> The integer there in the byte order of this computer.
;;
;;> (bytevector-s64-native-set! bytevector k n)
;;> Stores n there.
(define-integers 8 signed check-signed
  bytevector-s64-ref bytevector-s64-set!
  bytevector-s64-native-ref bytevector-s64-native-set!)

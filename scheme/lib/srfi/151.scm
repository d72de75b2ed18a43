;; A field of bits reaches from the bit start up to, not including, the bit end.

;; ---- all bits at once

;;> (bitwise-eqv n ...)
;;> The bits that are alike, taken two by two from the left; -1 of none.
(define (bitwise-eqv . integers)
  (let loop ((rest integers) (bits -1))
    (if (null? rest)
        bits
        (loop (cdr rest) (bitwise-not (bitwise-xor bits (car rest)))))))

;;> (bitwise-nand i j)
;;> The bits that are not set in both.
(define (bitwise-nand i j) (bitwise-not (bitwise-and i j)))
;;> (bitwise-nor i j)
;;> The bits that are set in neither.
(define (bitwise-nor i j) (bitwise-not (bitwise-ior i j)))
;;> (bitwise-andc1 i j)
;;> The bits of j that are not set in i.
(define (bitwise-andc1 i j) (bitwise-and (bitwise-not i) j))
;;> (bitwise-andc2 i j)
;;> The bits of i that are not set in j.
(define (bitwise-andc2 i j) (bitwise-and i (bitwise-not j)))
;;> (bitwise-orc1 i j)
;;> The bits that are set in j or not in i.
(define (bitwise-orc1 i j) (bitwise-ior (bitwise-not i) j))
;;> (bitwise-orc2 i j)
;;> The bits that are set in i or not in j.
(define (bitwise-orc2 i j) (bitwise-ior i (bitwise-not j)))

;;> (bitwise-if mask i j)
;;> The bits of i where mask has a bit set, those of j elsewhere.
(define (bitwise-if mask i j)
  (bitwise-ior (bitwise-and mask i) (bitwise-andc1 mask j)))

;; ---- single bits

(define (%check-index who argument index)
  (if (not (and (exact-integer? index) (>= index 0)))
      (%wrong-type who argument "an exact non-negative integer" index)))

;;> (bit-set? index i)
;;> Whether that bit is set.
(define (bit-set? index i)
  (%check-index 'bit-set? 1 index)
  (odd? (arithmetic-shift i (- index))))

;;> (copy-bit index i bit)
;;> i with that bit set as the boolean says.
(define (copy-bit index i bit)
  (%check-index 'copy-bit 1 index)
  (let ((mask (arithmetic-shift 1 index)))
    (if bit (bitwise-ior i mask) (bitwise-andc2 i mask))))

;;> (bit-swap index1 index2 i)
;;> i with those two bits exchanged.
(define (bit-swap index1 index2 i)
  (let ((bit1 (bit-set? index1 i)) (bit2 (bit-set? index2 i)))
    (copy-bit index2 (copy-bit index1 i bit2) bit1)))

;;> (any-bit-set? test-bits i)
;;> Whether one of the bits set in test-bits is set in i.
(define (any-bit-set? test-bits i)
  (not (zero? (bitwise-and test-bits i))))

;;> (every-bit-set? test-bits i)
;;> Whether all bits set in test-bits are set in i.
(define (every-bit-set? test-bits i)
  (= test-bits (bitwise-and test-bits i)))

;;> (first-set-bit i)
;;> The index of the lowest bit that is set, or -1.
(define (first-set-bit i)
  (if (zero? i)
      -1
      (- (integer-length (bitwise-xor i (- i 1))) 1)))

;; ---- fields

(define (%mask who start end)
  (%check-index who 2 start)
  (if (not (and (exact-integer? end) (>= end start)))
      (%out-of-range who 3 "an index that is not below the start" end))
  (bitwise-not (arithmetic-shift -1 (- end start))))

;;> (bit-field i start end)
;;> The field as a number that is not negative.
(define (bit-field i start end)
  (bitwise-and (%mask 'bit-field start end)
               (arithmetic-shift i (- start))))

;;> (bit-field-any? i start end)
;;> Whether a bit of the field is set.
(define (bit-field-any? i start end)
  (not (zero? (bit-field i start end))))

;;> (bit-field-every? i start end)
;;> Whether all bits of the field are set.
(define (bit-field-every? i start end)
  (= (%mask 'bit-field-every? start end) (bit-field i start end)))

;;> (bit-field-clear i start end)
;;> i without the bits of the field.
(define (bit-field-clear i start end)
  (bitwise-andc2 i (arithmetic-shift (%mask 'bit-field-clear start end)
                                     start)))

;;> (bit-field-set i start end)
;;> i with all bits of the field set.
(define (bit-field-set i start end)
  (bitwise-ior i (arithmetic-shift (%mask 'bit-field-set start end) start)))

;;> (bit-field-replace dest source start end)
;;> dest with the lowest bits of source as its field.
(define (bit-field-replace dest source start end)
  (let ((mask (%mask 'bit-field-replace start end)))
    (bitwise-ior (bit-field-clear dest start end)
                 (arithmetic-shift (bitwise-and source mask) start))))

;;> (bit-field-replace-same dest source start end)
;;> dest with the same field of source as its field.
(define (bit-field-replace-same dest source start end)
  (bitwise-if (arithmetic-shift (%mask 'bit-field-replace-same start end)
                                start)
              source dest))

;;> (bit-field-rotate i count start end)
;;> i with the bits of the field moved to the left count times, around the field.
(define (bit-field-rotate i count start end)
  (let ((width (- end start)) (field (bit-field i start end)))
    (if (zero? width)
        i
        (let ((count (floor-remainder count width)))
          (bit-field-replace
           i
           (bitwise-ior (arithmetic-shift field count)
                        (arithmetic-shift field (- count width)))
           start end)))))

;;> (bit-field-reverse i start end)
;;> i with the bits of the field in the opposite order.
(define (bit-field-reverse i start end)
  (let loop ((field (bit-field i start end)) (n (- end start)) (reversed 0))
    (if (zero? n)
        (bit-field-replace i reversed start end)
        (loop (arithmetic-shift field -1)
              (- n 1)
              (bitwise-ior (arithmetic-shift reversed 1)
                           (bitwise-and field 1))))))

;; ---- bits as booleans, the lowest first

(define (%length-of who i len)
  (if (pair? len)
      (begin
        (%check-index who 2 (car len))
        (car len))
      (begin
        (if (negative? i)
            (%out-of-range who 1 "at least 0 without a length" i))
        (integer-length i))))

;;> (bits->list i [len])
;;> A list of booleans, the lowest bit first.
(define (bits->list i 1 . len)
  (let loop ((at (- (%length-of 'bits->list i len) 1)) (bits '()))
    (if (< at 0)
        bits
        (loop (- at 1) (cons (bit-set? at i) bits)))))

;;> (list->bits list)
;;> The integer whose bits the booleans are.
(define (list->bits list)
  (let loop ((rest (reverse list)) (i 0))
    (if (null? rest)
        i
        (loop (cdr rest) (+ i i (if (car rest) 1 0))))))

;;> (bits->vector i [len])
;;> A vector of booleans, the lowest bit first.
(define (bits->vector i 1 . len)
  (list->vector (apply bits->list i len)))

;;> (vector->bits vector)
;;> The integer whose bits the booleans are.
(define (vector->bits vector)
  (list->bits (vector->list vector)))

;;> (bits bool ...)
;;> The integer whose bits the booleans are, the lowest first.
(define (bits . bools) (list->bits bools))

;;> (bitwise-fold proc seed i)
;;> (proc bit so-far) for the bits of i, the lowest first, starting with seed.
(define (bitwise-fold proc seed i)
  (let ((end (integer-length i)))
    (let loop ((at 0) (result seed))
      (if (= at end)
          result
          (loop (+ at 1) (proc (bit-set? at i) result))))))

;;> (bitwise-for-each proc i)
;;> Calls proc on the bits of i, the lowest first.
(define (bitwise-for-each proc i)
  (let ((end (integer-length i)))
    (let loop ((at 0))
      (if (< at end)
          (begin
            (proc (bit-set? at i))
            (loop (+ at 1)))))))

;;> (bitwise-unfold stop? mapper successor seed)
;;> An integer of the bits (mapper seed), the lowest first, until (stop? seed).
(define (bitwise-unfold stop? mapper successor seed)
  (let loop ((state seed) (bits '()))
    (if (stop? state)
        (list->bits (reverse bits))
        (loop (successor state) (cons (mapper state) bits)))))

;;> (make-bitwise-generator i)
;;> A procedure that gives the bits of i one after another, without end.
(define (make-bitwise-generator i)
  (lambda ()
    (let ((bit (odd? i)))
      (set! i (arithmetic-shift i -1))
      bit)))

;; Logic on whole bitvectors and on fields of them.

;;> (bitvector-not bitvector)
;;> Each bit turned around.
(define (bitvector-not bitvector)
  (bitvector-map/int (lambda (bit) (- 1 bit)) bitvector))

;;> (bitvector-not! bitvector)
;;> The same, in its place.
(define (bitvector-not! bitvector)
  (bitvector-copy! bitvector 0 (bitvector-not bitvector)))

;; A procedure of two or more bitvectors, from one of two bits.
(define (combining combine)
  (lambda (first second . more)
    (let loop ((result (bitvector-map/int combine first second)) (rest more))
      (if (null? rest)
          result
          (loop (bitvector-map/int combine result (car rest)) (cdr rest))))))

;; The same, into the first.
(define (into combined)
  (lambda (first . more)
    (bitvector-copy! first 0 (apply combined first more))))

;; The same for two bitvectors and no more.
(define-syntax define-of-two
  (syntax-rules ()
    ((_ name name! combine)
     (begin
       (define (name bitvector1 bitvector2)
         (bitvector-map/int combine bitvector1 bitvector2))
       (define (name! bitvector1 bitvector2)
         (bitvector-copy! bitvector1 0 (name bitvector1 bitvector2)))))))

;;> (bitvector-and bitvector1 bitvector2 ...)
;;> Where all bits are 1.
(define bitvector-and (combining (lambda (a b) (* a b))))
;;> (bitvector-and! bitvector1 bitvector2 ...)
;;> The same, into the first.
(define bitvector-and! (into bitvector-and))

;;> (bitvector-ior bitvector1 bitvector2 ...)
;;> Where a bit is 1.
(define bitvector-ior (combining (lambda (a b) (max a b))))
;;> (bitvector-ior! bitvector1 bitvector2 ...)
;;> The same, into the first.
(define bitvector-ior! (into bitvector-ior))

;;> (bitvector-xor bitvector1 bitvector2 ...)
;;> Where an odd number of bits is 1.
(define bitvector-xor (combining (lambda (a b) (if (= a b) 0 1))))
;;> (bitvector-xor! bitvector1 bitvector2 ...)
;;> The same, into the first.
(define bitvector-xor! (into bitvector-xor))

;;> (bitvector-eqv bitvector1 bitvector2 ...)
;;> Where an even number of bits is 0.
(define bitvector-eqv (combining (lambda (a b) (if (= a b) 1 0))))
;;> (bitvector-eqv! bitvector1 bitvector2 ...)
;;> The same, into the first.
(define bitvector-eqv! (into bitvector-eqv))

;;> (bitvector-nand bitvector1 bitvector2)
;;> Where a bit is 0.
;;
;;> (bitvector-nand! bitvector1 bitvector2)
;;> The same, into the first.
(define-of-two bitvector-nand bitvector-nand!
  (lambda (a b) (- 1 (* a b))))

;;> (bitvector-nor bitvector1 bitvector2)
;;> Where both bits are 0.
;;
;;> (bitvector-nor! bitvector1 bitvector2)
;;> The same, into the first.
(define-of-two bitvector-nor bitvector-nor!
  (lambda (a b) (- 1 (max a b))))

;;> (bitvector-andc1 bitvector1 bitvector2)
;;> Where the first bit is 0 and the second 1.
;;
;;> (bitvector-andc1! bitvector1 bitvector2)
;;> The same, into the first.
(define-of-two bitvector-andc1 bitvector-andc1!
  (lambda (a b) (* (- 1 a) b)))

;;> (bitvector-andc2 bitvector1 bitvector2)
;;> Where the first bit is 1 and the second 0.
;;
;;> (bitvector-andc2! bitvector1 bitvector2)
;;> The same, into the first.
(define-of-two bitvector-andc2 bitvector-andc2!
  (lambda (a b) (* a (- 1 b))))

;;> (bitvector-orc1 bitvector1 bitvector2)
;;> Where the first bit is 0 or the second 1.
;;
;;> (bitvector-orc1! bitvector1 bitvector2)
;;> The same, into the first.
(define-of-two bitvector-orc1 bitvector-orc1!
  (lambda (a b) (max (- 1 a) b)))

;;> (bitvector-orc2 bitvector1 bitvector2)
;;> Where the first bit is 1 or the second 0.
;;
;;> (bitvector-orc2! bitvector1 bitvector2)
;;> The same, into the first.
(define-of-two bitvector-orc2 bitvector-orc2!
  (lambda (a b) (max a (- 1 b))))

;;> (bitvector-if test then else)
;;> The bits of then where those of test are 1, else of else.
(define (bitvector-if test then else)
  (bitvector-map/int (lambda (bit a b) (if (= bit 1) a b)) test then else))

;;> (bitvector-logical-shift bitvector n bit)
;;> The bits moved n places to the left, to the right when n is negative, with bit where
;;> nothing moved to.
(define (bitvector-logical-shift bitvector n bit)
  (let ((length (bitvector-length bitvector)))
    (cond ((>= n length) (make-bitvector length bit))
          ((<= n (- length)) (make-bitvector length bit))
          ((>= n 0)
           (bitvector-append (bitvector-drop bitvector n)
                             (make-bitvector n bit)))
          (else
           (bitvector-append (make-bitvector (- n) bit)
                             (bitvector-drop-right bitvector (- n)))))))

;;> (bitvector-count bit bitvector)
;;> How many bits are like bit.
(define (bitvector-count bit bitvector)
  (let ((wanted (bit->integer bit)))
    (bitvector-fold/int (lambda (n bit) (if (= bit wanted) (+ n 1) n))
                        0 bitvector)))

;;> (bitvector-count-run bit bitvector k)
;;> How many bits from k on are like bit.
(define (bitvector-count-run bit bitvector k) (run-of bit bitvector k 1))

;;> (bitvector-first-bit bit bitvector)
;;> The first place of such a bit, or -1.
(define (bitvector-first-bit bit bitvector)
  (let ((k (run-of (not (bit->boolean bit)) bitvector 0 1)))
    (if (= k (bitvector-length bitvector)) -1 k)))

;; ---- fields: the bits from start up to end

;;> (bitvector-field-any? bitvector start end)
;;> Whether a bit of the field is 1.
(define (bitvector-field-any? bitvector start end)
  (>= (bitvector-first-bit 1 (bitvector-copy bitvector start end)) 0))

;;> (bitvector-field-every? bitvector start end)
;;> Whether all bits of the field are 1.
(define (bitvector-field-every? bitvector start end)
  (< (bitvector-first-bit 0 (bitvector-copy bitvector start end)) 0))

;; Defines the procedure that does the same to a copy.
(define-syntax define-copying
  (syntax-rules ()
    ((_ (name bitvector argument ...) change!)
     (define (name bitvector argument ...)
       (let ((copy (bitvector-copy bitvector)))
         (change! copy argument ...)
         copy)))))

;;> (bitvector-field-clear! bitvector start end)
;;> Makes the bits of the field 0.
(define (bitvector-field-clear! bitvector start end)
  (bitvector-copy! bitvector start (make-bitvector (- end start) 0)))
;;> (bitvector-field-clear bitvector start end)
;;> A bitvector where that is done.
(define-copying (bitvector-field-clear bitvector start end)
  bitvector-field-clear!)

;;> (bitvector-field-set! bitvector start end)
;;> Makes the bits of the field 1.
(define (bitvector-field-set! bitvector start end)
  (bitvector-copy! bitvector start (make-bitvector (- end start) 1)))
;;> (bitvector-field-set bitvector start end)
;;> A bitvector where that is done.
(define-copying (bitvector-field-set bitvector start end)
  bitvector-field-set!)

;;> (bitvector-field-replace! bitvector source start end)
;;> Makes the first bits of source those of the field.
(define (bitvector-field-replace! bitvector source start end)
  (bitvector-copy! bitvector start source 0 (- end start)))
;;> (bitvector-field-replace bitvector source start end)
;;> A bitvector where that is done.
(define-copying (bitvector-field-replace bitvector source start end)
  bitvector-field-replace!)

;;> (bitvector-field-replace-same! bitvector source start end)
;;> Makes the bits of source at the same places those of the field.
(define (bitvector-field-replace-same! bitvector source start end)
  (bitvector-copy! bitvector start source start end))
;;> (bitvector-field-replace-same bitvector source start end)
;;> A bitvector where that is done.
(define-copying (bitvector-field-replace-same bitvector source start end)
  bitvector-field-replace-same!)

;;> (bitvector-field-rotate bitvector n start end)
;;> A bitvector where the bits of the field move n places to the left, those that fall out
;;> coming in at the right.
(define (bitvector-field-rotate bitvector n start end)
  (if (= start end)
      (bitvector-copy bitvector)
      (let ((at (+ start (floor-remainder n (- end start)))))
        (bitvector-append-subbitvectors
         bitvector 0 start bitvector at end bitvector start at
         bitvector end (bitvector-length bitvector)))))

;;> (bitvector-field-flip! bitvector start end)
;;> Turns the bits of the field around.
(define (bitvector-field-flip! bitvector start end)
  (bitvector-copy! bitvector start
                   (bitvector-not (bitvector-copy bitvector start end))))
;;> (bitvector-field-flip bitvector start end)
;;> A bitvector where that is done.
(define-copying (bitvector-field-flip bitvector start end)
  bitvector-field-flip!)

;; Making bitvectors from other things, and other things from them.

(define (check-length who argument n)
  (if (not (and (exact-integer? n) (<= 0 n 1000000000000)))
      (%wrong-type who argument "a length" n)))

;; The mapped seeds up to length n, last first.
(define (unfolded proc n seeds)
  (check-length 'bitvector-unfold 2 n)
  (let loop ((k 0) (seeds seeds) (bits '()))
    (if (= k n)
        bits
        (let ((results (call-with-values (lambda () (apply proc k seeds)) list)))
          (loop (+ k 1) (cdr results) (cons (car results) bits))))))

;;> (bitvector-unfold proc n seed ...)
;;> A bitvector of n bits: (proc k seed ...) returns bit k and the next seeds.
(define (bitvector-unfold proc n . seeds)
  (reverse-list->bitvector (unfolded proc n seeds)))

;;> (bitvector-unfold-right proc n seed ...)
;;> The same from right to left, with k from n - 1 down.
(define (bitvector-unfold-right proc n . seeds)
  (list->bitvector
   (unfolded (lambda (k . seeds) (apply proc (- n k 1) seeds)) n seeds)))

;;> (list->bitvector bits)
;;> A bitvector of the bits in the list.
(define (list->bitvector bits) (wrap (apply bytevector (map bit->integer bits))))

;;> (reverse-list->bitvector bits)
;;> The same in the opposite order.
(define (reverse-list->bitvector bits) (list->bitvector (reverse bits)))

;;> (vector->bitvector vector [start [end]])
;;> A bitvector of the bits in the vector.
(define (vector->bitvector vector 2 . start+end)
  (list->bitvector (apply vector->list vector start+end)))

;;> (reverse-vector->bitvector vector [start [end]])
;;> The same in the opposite order.
(define (reverse-vector->bitvector vector 2 . start+end)
  (reverse-list->bitvector (apply vector->list vector start+end)))

;;> (bitvector->list/int bitvector [start [end]])
;;> A list of the bits, as 0 and 1.
(define (bitvector->list/int bitvector 2 . start+end)
  (bitvector-map->list/int values
                           (apply bitvector-copy bitvector start+end)))

;;> (reverse-bitvector->list/int bitvector [start [end]])
;;> The same in the opposite order.
(define (reverse-bitvector->list/int bitvector 2 . start+end)
  (reverse (apply bitvector->list/int bitvector start+end)))

;;> (bitvector->vector/int bitvector [start [end]])
;;> A vector of the bits, as 0 and 1.
(define (bitvector->vector/int bitvector 2 . start+end)
  (list->vector (apply bitvector->list/int bitvector start+end)))

;;> (reverse-bitvector->vector/int bitvector [start [end]])
;;> The same in the opposite order.
(define (reverse-bitvector->vector/int bitvector 2 . start+end)
  (list->vector (apply reverse-bitvector->list/int bitvector start+end)))

;;> (make-bitvector/int-generator bitvector)
;;> A generator of the bits, as 0 and 1.
(define (make-bitvector/int-generator bitvector)
  (generated bitvector bitvector-ref/int))

;;> (bitvector->list/bool bitvector [start [end]])
;;> A list of the bits, as #f and #t.
(define (bitvector->list/bool bitvector 2 . start+end)
  (bitvector-map->list/bool values
                           (apply bitvector-copy bitvector start+end)))

;;> (reverse-bitvector->list/bool bitvector [start [end]])
;;> The same in the opposite order.
(define (reverse-bitvector->list/bool bitvector 2 . start+end)
  (reverse (apply bitvector->list/bool bitvector start+end)))

;;> (bitvector->vector/bool bitvector [start [end]])
;;> A vector of the bits, as #f and #t.
(define (bitvector->vector/bool bitvector 2 . start+end)
  (list->vector (apply bitvector->list/bool bitvector start+end)))

;;> (reverse-bitvector->vector/bool bitvector [start [end]])
;;> The same in the opposite order.
(define (reverse-bitvector->vector/bool bitvector 2 . start+end)
  (list->vector (apply reverse-bitvector->list/bool bitvector start+end)))

;;> (make-bitvector/bool-generator bitvector)
;;> A generator of the bits, as #f and #t.
(define (make-bitvector/bool-generator bitvector)
  (generated bitvector bitvector-ref/bool))

;; A procedure that gives one bit after another.
(define (generated bitvector ref)
  (let ((k 0))
    (lambda ()
      (if (< k (bitvector-length bitvector))
          (let ((bit (ref bitvector k)))
            (set! k (+ k 1))
            bit)
          (eof-object)))))

;;> (make-bitvector-accumulator)
;;> A procedure that takes bits, and returns a bitvector of them for the end-of-file
;;> object.
(define (make-bitvector-accumulator)
  (let ((bits '()))
    (lambda (obj)
      (if (eof-object? obj)
          (reverse-list->bitvector bits)
          (set! bits (cons obj bits))))))

;;> (bitvector->string bitvector)
;;> The bits as #*0101.
(define (bitvector->string bitvector)
  (list->string
   (cons #\# (cons #\* (bitvector-map->list/bool
                        (lambda (bit) (if bit #\1 #\0)) bitvector)))))

;;> (string->bitvector string)
;;> The bitvector that is written so, or #f.
(define (string->bitvector string)
  (let ((n (string-length string)))
    (and (>= n 2)
         (string=? "#*" (substring string 0 2))
         (let loop ((k (- n 1)) (bits '()))
           (if (= k 1)
               (list->bitvector bits)
               (case (string-ref string k)
                 ((#\0) (loop (- k 1) (cons 0 bits)))
                 ((#\1) (loop (- k 1) (cons 1 bits)))
                 (else #f)))))))

;;> (bitvector->integer bitvector)
;;> The integer with these bits, the lowest first.
(define (bitvector->integer bitvector)
  (bitvector-fold-right/int (lambda (n bit) (+ (* 2 n) bit)) 0 bitvector))

;;> (integer->bitvector n [length])
;;> The bits of the integer, the lowest first; as many as it has when length is not given.
(define (integer->bitvector n 1 . length)
  (if (pair? length)
      (check-length 'integer->bitvector 2 (car length))
      (if (not (and (exact-integer? n) (>= n 0)))
          (%wrong-type 'integer->bitvector 1 "a non-negative integer" n)))
  (let loop ((n n) (k 0) (bits '()))
    (if (if (pair? length) (= k (car length)) (= n 0))
        (reverse-list->bitvector bits)
        (loop (floor-quotient n 2) (+ k 1) (cons (floor-remainder n 2) bits)))))

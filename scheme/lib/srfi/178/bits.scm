;; What a bitvector is; its bits, parts and ends.

;;> (bitvector? obj)
;;> Whether obj is a bitvector.
(define-record-type <bitvector>
  (wrap bytes)
  bitvector?
  (bytes bytes))

;;> (bit->integer bit)
;;> 0 or 1.
(define (bit->integer bit)
  (cond ((eqv? bit 0) 0)
        ((eqv? bit 1) 1)
        ((eq? bit #f) 0)
        ((eq? bit #t) 1)
        (else (%wrong-type 'bit->integer 1 "0, 1, #f or #t" bit))))

;;> (bit->boolean bit)
;;> #f or #t.
(define (bit->boolean bit) (= (bit->integer bit) 1))

(define (check who obj)
  (if (not (bitvector? obj)) (%wrong-type who 1 "a bitvector" obj)))

;;> (make-bitvector n [bit])
;;> A bitvector of n times bit, or 0.
(define (make-bitvector n 1 . bit)
  (wrap (make-bytevector n (if (pair? bit) (bit->integer (car bit)) 0))))

;;> (bitvector bit ...)
;;> A bitvector of the bits.
(define (bitvector . bits) (list->bitvector bits))

;;> (bitvector-length bitvector)
;;> The number of bits.
(define (bitvector-length bitvector)
  (check 'bitvector-length bitvector)
  (bytevector-length (bytes bitvector)))

;;> (bitvector-empty? bitvector)
;;> Whether it has no bits.
(define (bitvector-empty? bitvector) (= 0 (bitvector-length bitvector)))

;;> (bitvector-ref/int bitvector k)
;;> Bit k, 0 or 1.
(define (bitvector-ref/int bitvector k)
  (check 'bitvector-ref/int bitvector)
  (bytevector-u8-ref (bytes bitvector) k))

;;> (bitvector-ref/bool bitvector k)
;;> Bit k, #f or #t.
(define (bitvector-ref/bool bitvector k)
  (check 'bitvector-ref/bool bitvector)
  (= 1 (bytevector-u8-ref (bytes bitvector) k)))

;;> (bitvector-set! bitvector k bit)
;;> Makes bit the bit k.
(define (bitvector-set! bitvector k bit)
  (check 'bitvector-set! bitvector)
  (bytevector-u8-set! (bytes bitvector) k (bit->integer bit)))

;;> (bitvector-swap! bitvector i j)
;;> Exchanges two bits.
(define (bitvector-swap! bitvector i j)
  (let ((old (bitvector-ref/int bitvector i)))
    (bitvector-set! bitvector i (bitvector-ref/int bitvector j))
    (bitvector-set! bitvector j old)))

;;> (bitvector=? bitvector ...)
;;> Whether all have the same bits.
(define (bitvector=? . bitvectors)
  (or (null? bitvectors)
      (let loop ((rest (cdr bitvectors)))
        (or (null? rest)
            (and (equal? (bytes (car bitvectors)) (bytes (car rest)))
                 (loop (cdr rest)))))))

;;> (bitvector-copy bitvector [start [end]])
;;> A bitvector of the bits from start up to end.
(define (bitvector-copy bitvector 2 . start+end)
  (check 'bitvector-copy bitvector)
  (wrap (apply bytevector-copy (bytes bitvector) start+end)))

;;> (bitvector-reverse-copy bitvector [start [end]])
;;> The same in the opposite order.
(define (bitvector-reverse-copy bitvector 2 . start+end)
  (let ((copy (apply bitvector-copy bitvector start+end)))
    (bitvector-reverse! copy)
    copy))

;;> (bitvector-reverse! bitvector [start [end]])
;;> Puts the bits from start up to end in the opposite order.
(define (bitvector-reverse! bitvector 2 . start+end)
  (let ((start (if (pair? start+end) (car start+end) 0))
        (end (if (and (pair? start+end) (pair? (cdr start+end)))
                 (cadr start+end)
                 (bitvector-length bitvector))))
    (let loop ((i start) (j (- end 1)))
      (if (< i j)
          (begin
            (bitvector-swap! bitvector i j)
            (loop (+ i 1) (- j 1)))))))

;;> (bitvector-copy! to at from [start [end]])
;;> Copies bits of from over those of to, from place at on.
(define (bitvector-copy! to at from 2 . start+end)
  (check 'bitvector-copy! to)
  (apply bytevector-copy! (bytes to) at (bytes from) start+end))

;;> (bitvector-reverse-copy! to at from [start [end]])
;;> The same in the opposite order.
(define (bitvector-reverse-copy! to at from 2 . start+end)
  (bitvector-copy! to at (apply bitvector-reverse-copy from start+end)))

;;> (bitvector-append bitvector ...)
;;> The bits of all, one after another.
(define (bitvector-append . bitvectors) (bitvector-concatenate bitvectors))

;;> (bitvector-concatenate bitvectors)
;;> The bits of all in the list, one after another.
(define (bitvector-concatenate bitvectors)
  (wrap (apply bytevector-append (map bytes bitvectors))))

;;> (bitvector-append-subbitvectors bitvector start end ...)
;;> The bits of the parts, one after another.
(define (bitvector-append-subbitvectors . arguments)
  (let loop ((rest arguments) (parts '()))
    (if (null? rest)
        (bitvector-concatenate (reverse parts))
        (loop (cdr (cddr rest))
              (cons (bitvector-copy (car rest) (cadr rest) (car (cddr rest)))
                    parts)))))

;;> (bitvector-take bitvector n)
;;> The first n bits.
(define (bitvector-take bitvector n) (bitvector-copy bitvector 0 n))

;;> (bitvector-take-right bitvector n)
;;> The last n bits.
(define (bitvector-take-right bitvector n)
  (bitvector-copy bitvector (- (bitvector-length bitvector) n)))

;;> (bitvector-drop bitvector n)
;;> All but the first n bits.
(define (bitvector-drop bitvector n) (bitvector-copy bitvector n))

;;> (bitvector-drop-right bitvector n)
;;> All but the last n bits.
(define (bitvector-drop-right bitvector n)
  (bitvector-copy bitvector 0 (- (bitvector-length bitvector) n)))

;;> (bitvector-segment bitvector n)
;;> A list of bitvectors of n bits each; the last may be shorter.
(define (bitvector-segment bitvector n)
  (if (not (and (exact-integer? n) (> n 0)))
      (%out-of-range 'bitvector-segment 2 "at least 1" n))
  (let ((length (bitvector-length bitvector)))
    (let loop ((start 0) (segments '()))
      (if (>= start length)
          (reverse segments)
          (let ((end (min length (+ start n))))
            (loop end
                  (cons (bitvector-copy bitvector start end) segments)))))))

;; ---- the ends

;; How many bits from start on, by step, are the same in both.
(define (common a b start-a start-b step)
  (let ((limit (min (bitvector-length a) (bitvector-length b))))
    (let loop ((n 0))
      (if (and (< n limit)
               (= (bitvector-ref/int a (+ start-a (* step n)))
                  (bitvector-ref/int b (+ start-b (* step n)))))
          (loop (+ n 1))
          n))))

;;> (bitvector-prefix-length bitvector1 bitvector2)
;;> How many bits they have in common at their beginnings.
(define (bitvector-prefix-length a b) (common a b 0 0 1))

;;> (bitvector-suffix-length bitvector1 bitvector2)
;;> How many bits they have in common at their ends.
(define (bitvector-suffix-length a b)
  (common a b (- (bitvector-length a) 1) (- (bitvector-length b) 1) -1))

;;> (bitvector-prefix? bitvector1 bitvector2)
;;> Whether the second begins with the first.
(define (bitvector-prefix? a b)
  (= (bitvector-length a) (bitvector-prefix-length a b)))

;;> (bitvector-suffix? bitvector1 bitvector2)
;;> Whether the second ends with the first.
(define (bitvector-suffix? a b)
  (= (bitvector-length a) (bitvector-suffix-length a b)))

;;> (bitvector-pad bit bitvector n)
;;> The last n bits, filled up on the left with the bit.
(define (bitvector-pad bit bitvector n)
  (let ((missing (- n (bitvector-length bitvector))))
    (if (> missing 0)
        (bitvector-append (make-bitvector missing bit) bitvector)
        (bitvector-take-right bitvector n))))

;;> (bitvector-pad-right bit bitvector n)
;;> The first n bits, filled up on the right with the bit.
(define (bitvector-pad-right bit bitvector n)
  (let ((missing (- n (bitvector-length bitvector))))
    (if (> missing 0)
        (bitvector-append bitvector (make-bitvector missing bit))
        (bitvector-take bitvector n))))

;; The number of bits like bit from place k on, by step.
(define (run-of bit bitvector k step)
  (let ((bit (bit->integer bit)) (length (bitvector-length bitvector)))
    (let loop ((k k) (n 0))
      (if (and (< -1 k length) (= bit (bitvector-ref/int bitvector k)))
          (loop (+ k step) (+ n 1))
          n))))

;;> (bitvector-trim bit bitvector)
;;> The bits without those like bit at the beginning.
(define (bitvector-trim bit bitvector)
  (bitvector-drop bitvector (run-of bit bitvector 0 1)))

;;> (bitvector-trim-right bit bitvector)
;;> The bits without those like bit at the end.
(define (bitvector-trim-right bit bitvector)
  (bitvector-drop-right
   bitvector
   (run-of bit bitvector (- (bitvector-length bitvector) 1) -1)))

;;> (bitvector-trim-both bit bitvector)
;;> The bits without those like bit at both ends.
(define (bitvector-trim-both bit bitvector)
  (bitvector-trim bit (bitvector-trim-right bit bitvector)))

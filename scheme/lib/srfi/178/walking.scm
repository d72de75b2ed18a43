;; Walking along bitvectors; several are walked together and have equal lengths.

(define (same-length who bitvectors)
  (let ((n (bitvector-length (car bitvectors))))
    (for-each
     (lambda (bitvector)
       (if (not (= n (bitvector-length bitvector)))
           (error (string-append who ": bitvectors of different lengths:")
                  (car bitvectors) bitvector)))
     (cdr bitvectors))
    n))

;; The bits at place k.
(define (row ref bitvectors k)
  (map (lambda (bitvector) (ref bitvector k)) bitvectors))

(define (folded who ref proc seed bitvectors)
  (let ((n (same-length who bitvectors)))
    (let loop ((k 0) (state seed))
      (if (< k n)
          (loop (+ k 1) (apply proc state (row ref bitvectors k)))
          state))))

(define (folded-right who ref proc seed bitvectors)
  (let loop ((k (- (same-length who bitvectors) 1)) (state seed))
    (if (>= k 0)
        (loop (- k 1) (apply proc state (row ref bitvectors k)))
        state)))

(define (mapped who ref proc bitvectors)
  (reverse
   (folded who ref
           (lambda (results . bits) (cons (apply proc bits) results))
           '() bitvectors)))

;; ---- bits as integers

;;> (bitvector-fold/int proc seed bitvector1 bitvector2 ...)
;;> Calls (proc state bit ...) from left to right, the state being what the call before
;;> returned, first the seed.
(define (bitvector-fold/int proc seed . bitvectors)
  (folded "bitvector-fold/int" bitvector-ref/int proc seed bitvectors))

;;> (bitvector-fold-right/int proc seed bitvector1 bitvector2 ...)
;;> The same from right to left.
(define (bitvector-fold-right/int proc seed . bitvectors)
  (folded-right "bitvector-fold-right/int" bitvector-ref/int proc seed
                bitvectors))

;;> (bitvector-map->list/int proc bitvector1 bitvector2 ...)
;;> A list of what proc makes of the bits.
(define (bitvector-map->list/int proc . bitvectors)
  (mapped "bitvector-map->list/int" bitvector-ref/int proc bitvectors))

;;> (bitvector-map/int proc bitvector1 bitvector2 ...)
;;> A bitvector of the bits that proc makes of the bits.
(define (bitvector-map/int proc . bitvectors)
  (list->bitvector
   (mapped "bitvector-map/int" bitvector-ref/int proc bitvectors)))

;;> (bitvector-map!/int proc bitvector1 bitvector2 ...)
;;> The same, into the first bitvector.
(define (bitvector-map!/int proc bitvector . more)
  (bitvector-copy! bitvector 0
                   (apply bitvector-map/int proc bitvector more)))

;;> (bitvector-for-each/int proc bitvector1 bitvector2 ...)
;;> Calls proc with the bits, from left to right.
(define (bitvector-for-each/int proc . bitvectors)
  (folded "bitvector-for-each/int" bitvector-ref/int
          (lambda (state . bits) (apply proc bits) state)
          #t bitvectors))

;; ---- bits as booleans

;;> (bitvector-fold/bool proc seed bitvector1 bitvector2 ...)
;;> Calls (proc state bit ...) from left to right, the state being what the call before
;;> returned, first the seed.
(define (bitvector-fold/bool proc seed . bitvectors)
  (folded "bitvector-fold/bool" bitvector-ref/bool proc seed bitvectors))

;;> (bitvector-fold-right/bool proc seed bitvector1 bitvector2 ...)
;;> The same from right to left.
(define (bitvector-fold-right/bool proc seed . bitvectors)
  (folded-right "bitvector-fold-right/bool" bitvector-ref/bool proc seed
                bitvectors))

;;> (bitvector-map->list/bool proc bitvector1 bitvector2 ...)
;;> A list of what proc makes of the bits.
(define (bitvector-map->list/bool proc . bitvectors)
  (mapped "bitvector-map->list/bool" bitvector-ref/bool proc bitvectors))

;;> (bitvector-map/bool proc bitvector1 bitvector2 ...)
;;> A bitvector of the bits that proc makes of the bits.
(define (bitvector-map/bool proc . bitvectors)
  (list->bitvector
   (mapped "bitvector-map/bool" bitvector-ref/bool proc bitvectors)))

;;> (bitvector-map!/bool proc bitvector1 bitvector2 ...)
;;> The same, into the first bitvector.
(define (bitvector-map!/bool proc bitvector . more)
  (bitvector-copy! bitvector 0
                   (apply bitvector-map/bool proc bitvector more)))

;;> (bitvector-for-each/bool proc bitvector1 bitvector2 ...)
;;> Calls proc with the bits, from left to right.
(define (bitvector-for-each/bool proc . bitvectors)
  (folded "bitvector-for-each/bool" bitvector-ref/bool
          (lambda (state . bits) (apply proc bits) state)
          #t bitvectors))

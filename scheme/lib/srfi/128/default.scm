;; The default comparator: any objects, by type and then by value.
;;
;; The types in order: the empty list, pairs, booleans, characters, strings, symbols,
;; numbers, vectors, bytevectors, then what programs register, newest last, then the
;; rest.  Numbers are compared by =, with nan equal to itself and before all others.

(define %registered '())  ; comparators, first registered first

;;> (comparator-register-default! comparator)
;;> Makes the default comparator treat the comparator's type as it does.
(define (comparator-register-default! comparator)
  (set! %registered (append %registered (list comparator))))

(define %first-registered 9)

(define (%rank obj)
  (cond ((null? obj) 0)
        ((pair? obj) 1)
        ((boolean? obj) 2)
        ((char? obj) 3)
        ((string? obj) 4)
        ((symbol? obj) 5)
        ((number? obj) 6)
        ((vector? obj) 7)
        ((bytevector? obj) 8)
        (else
         (let loop ((rest %registered) (rank %first-registered))
           (if (or (null? rest) (comparator-test-type (car rest) obj))
               rank
               (loop (cdr rest) (+ rank 1)))))))

;; The registered comparator of that rank, or #f.
(define (%comparator-of rank)
  (let ((i (- rank %first-registered)))
    (and (< i (length %registered)) (list-ref %registered i))))

(define (%nan? number) (not (= number number)))

(define (%number=? a b)
  (or (= a b)
      (and (%nan? a) (%nan? b))))

(define (%real<? a b)
  (cond ((%nan? a) (not (%nan? b)))
        ((%nan? b) #f)
        (else (< a b))))

(define (%number<? a b)
  (if (and (real? a) (real? b))
      (%real<? a b)
      (let ((x (real-part a)) (y (real-part b)))
        (if (%number=? x y)
            (%real<? (imag-part a) (imag-part b))
            (%real<? x y)))))

(define (%default=? a b)
  (or (eq? a b)
      (let ((rank (%rank a)))
        (and (= rank (%rank b))
             (case rank
               ((0) #t)
               ((1) (and (%default=? (car a) (car b))
                         (%default=? (cdr a) (cdr b))))
               ((2 3 5) (eqv? a b))
               ((4) (string=? a b))
               ((6) (%number=? a b))
               ((7) (=? %vector-comparator a b))
               ((8) (equal? a b))
               (else
                (let ((comparator (%comparator-of rank)))
                  (if comparator (=? comparator a b) (eqv? a b)))))))))

(define (%default<? a b)
  (let ((rank (%rank a)) (other (%rank b)))
    (if (not (= rank other))
        (< rank other)
        (case rank
          ((0) #f)
          ((1) (if (%default=? (car a) (car b))
                   (%default<? (cdr a) (cdr b))
                   (%default<? (car a) (car b))))
          ((2) (and (not a) b))
          ((3) (char<? a b))
          ((4) (string<? a b))
          ((5) (string<? (symbol->string a) (symbol->string b)))
          ((6) (%number<? a b))
          ((7) (<? %vector-comparator a b))
          ((8) (<? %bytevector-comparator a b))
          (else
           (let ((comparator (%comparator-of rank)))
             (if comparator
                 (<? comparator a b)
                 (< (eqv-hash a) (eqv-hash b)))))))))

;;> (default-hash obj)
;;> The hash of the default comparator.
(define (default-hash obj)
  (let ((rank (%rank obj)))
    (case rank
      ((0) 1)
      ((1) (let loop ((rest obj) (hash 2) (left 100)) ; lists may be circular
             (cond ((= left 0) hash)
                   ((pair? rest)
                    (loop (cdr rest)
                          (%combined hash (default-hash (car rest)))
                          (- left 1)))
                   (else (%combined hash (default-hash rest))))))
      ((2) (boolean-hash obj))
      ((3) (char-hash obj))
      ((4) (string-hash obj))
      ((5) (symbol-hash obj))
      ((6) (number-hash obj))
      ((7) (comparator-hash %vector-comparator obj))
      ((8) (equal-hash obj))
      (else
       (let ((comparator (%comparator-of rank)))
         (if comparator
             (comparator-hash comparator obj)
             (eqv-hash obj)))))))

(define %default-comparator
  (make-comparator #t %default=? %default<? default-hash))
(define %vector-comparator (make-vector-comparator %default-comparator))
(define %bytevector-comparator
  (make-vector-comparator %default-comparator
                          bytevector? bytevector-length bytevector-u8-ref))

;;> (make-default-comparator)
;;> The comparator of any objects: by type and then by value.
(define (make-default-comparator) %default-comparator)

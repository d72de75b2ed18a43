;; Numeric vectors from numbers, and back.
;;
;; In the comments @ stands for the type of the elements.

;;> (@vector-copy @vector [start [end]])
;;> A new vector of the elements from start up to end.

;;> (@vector-copy! to at from [start [end]])
;;> Copies elements of from into to, beginning at at; overlap is fine.

;;> (@vector-fill! @vector number [start [end]])
;;> Makes number every element from start up to end.

;; Fills with what (proc i seed) returns, an element and the next seed, for count
;; indexes from first on by step.
(define (%unfold-into! proc vector first step count seed)
  (let loop ((i first) (left count) (seed seed))
    (if (> left 0)
        (call-with-values
          (lambda () (proc i seed))
          (lambda (element seed)
            (%numeric-set! vector i element)
            (loop (+ i step) (- left 1) seed))))))

;;> (@vector-unfold! proc @vector start end seed)
;;> Puts into the vector, from start up to end, the elements that (proc i seed) returns,
;;> each with the next seed as a second value.
(define (numeric-unfold! proc vector start end seed)
  (%unfold-into! proc vector start 1 (- end start) seed))

;;> (@vector-unfold-right! proc @vector start end seed)
;;> The same, beginning with the last element.
(define (numeric-unfold-right! proc vector start end seed)
  (%unfold-into! proc vector (- end 1) -1 (- end start) seed))

(define (%unfold-like sample proc length seed)
  (let ((vector (%make-numeric-like sample length)))
    (%unfold-into! proc vector 0 1 length seed)
    vector))

(define (%unfold-right-like sample proc length seed)
  (let ((vector (%make-numeric-like sample length)))
    (%unfold-into! proc vector (- length 1) -1 length seed)
    vector))

;;> (@vector-reverse! @vector [start [end]])
;;> Turns the elements from start up to end around.
(define (numeric-reverse! vector 2 . range)
  (numeric-copy! vector
                 (if (pair? range) (car range) 0)
                 (apply numeric-reverse-copy vector range)))

;;> (@vector-reverse-copy @vector [start [end]])
;;> A new vector of the elements from start up to end, last first.
(define (numeric-reverse-copy vector 2 . range)
  (let* ((copy (apply numeric-copy vector range))
         (n (%numeric-length copy)))
    (let loop ((i 0) (j (- n 1)))
      (if (< i j)
          (begin
            (numeric-swap! copy i j)
            (loop (+ i 1) (- j 1)))
          copy))))

;;> (@vector-reverse-copy! to at from [start [end]])
;;> Copies elements of from into to, beginning at at, last first; overlap is fine.
(define (numeric-reverse-copy! to at from 2 . range)
  (numeric-copy! to at (apply numeric-reverse-copy from range)))

;;> (@vector-swap! @vector i j)
;;> Exchanges elements i and j.
(define (numeric-swap! vector i j)
  (let ((x (%numeric-ref vector i)))
    (%numeric-set! vector i (%numeric-ref vector j))
    (%numeric-set! vector j x)))

(define (%from-reversed-list sample list)
  (let* ((n (length list)) (vector (%make-numeric-like sample n)))
    (let loop ((i (- n 1)) (rest list))
      (if (pair? rest)
          (begin
            (%numeric-set! vector i (car rest))
            (loop (- i 1) (cdr rest)))
          vector))))

(define (%from-vector sample vector . range)
  (%from-reversed-list sample
                       (reverse (apply vector->list vector range))))

;; The arguments are a vector, a start and an end, again and again.
(define (%append-parts sample arguments)
  (let loop ((rest arguments) (parts '()))
    (cond ((null? rest) (apply %numeric-append sample (reverse parts)))
          ((and (pair? (cdr rest)) (pair? (cddr rest)))
           (loop (cdddr rest)
                 (cons (numeric-copy (car rest) (cadr rest) (caddr rest))
                       parts)))
          (else
           (error "append-subvectors: a vector without start and end"
                  (car rest))))))

;;> (reverse-@vector->list @vector [start [end]])
;;> A list of the elements, last first.
(define (reverse-numeric->list vector 2 . range)
  (reverse (apply %numeric->list vector range)))

;;> (@vector->vector @vector [start [end]])
;;> A new vector of the elements.
(define (numeric->vector vector 2 . range)
  (list->vector (apply %numeric->list vector range)))

;;> (make-@vector-generator @vector [start [end]])
;;> A generator of the elements.
(define (make-numeric-generator vector 2 . range)
  (let ((i (if (pair? range) (car range) 0))
        (end (if (and (pair? range) (pair? (cdr range)))
                 (cadr range)
                 (%numeric-length vector))))
    (lambda ()
      (if (< i end)
          (let ((element (%numeric-ref vector i)))
            (set! i (+ i 1))
            element)
          (eof-object)))))

;;> (write-@vector @vector [port])
;;> Writes the vector as it is read.
(define (write-numeric vector 1 . port) (apply write vector port))

;; Numbers in order, complex ones by real part first.
(define (%before? a b)
  (if (and (real? a) (real? b))
      (< a b)
      (or (< (real-part a) (real-part b))
          (and (= (real-part a) (real-part b))
               (< (imag-part a) (imag-part b))))))

(define (%comparator of-type? element?)
  (make-vector-comparator
   (make-comparator element? = %before? eqv-hash)
   of-type? %numeric-length %numeric-ref))

;; What must be told the type; the comments describe the seven names in their order.

;;> (@vector-unfold proc length seed)
;;> A new vector of length elements: (proc i seed) returns element i and the next seed.

;;> (@vector-unfold-right proc length seed)
;;> The same, beginning with the last element.

;;> (@vector-append @vector ...)
;;> Joins the vectors into a new one.

;;> (@vector-concatenate list)
;;> Joins the vectors in list into a new one.

;;> (@vector-append-subvectors [@vector start end] ...)
;;> Joins parts of vectors into a new one.

;;> (vector->@vector vector [start [end]])
;;> A new vector of the numbers in vector.

;;> (reverse-list->@vector list)
;;> A new vector of the numbers in list, last first.

;;> @vector-comparator
;;> A comparator of such vectors: the shorter first, then element by element.
(define-syntax define-typed-procedures
  (syntax-rules ()
    ((_ sample of-type? element? unfold unfold-right append concatenate
        append-subvectors vector-> reverse-list-> comparator)
     (begin
       (define (unfold proc length seed)
         (%unfold-like sample proc length seed))
       (define (unfold-right proc length seed)
         (%unfold-right-like sample proc length seed))
       (define (append . vectors) (apply %numeric-append sample vectors))
       (define (concatenate vectors) (apply %numeric-append sample vectors))
       (define (append-subvectors . parts) (%append-parts sample parts))
       (define (vector-> vector 2 . range)
         (apply %from-vector sample vector range))
       (define (reverse-list-> list) (%from-reversed-list sample list))
       (define comparator (%comparator of-type? element?))))))

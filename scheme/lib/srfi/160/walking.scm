;; Numeric vectors, element by element; several are walked together, up to the end of
;; the shortest.

(define (%shortest vector vectors)
  (let loop ((n (%numeric-length vector)) (rest vectors))
    (if (null? rest)
        n
        (loop (min n (%numeric-length (car rest))) (cdr rest)))))

;; A procedure of an index: proc of element i of each vector.
(define (%at proc vector vectors)
  (if (null? vectors)
      (lambda (i) (proc (%numeric-ref vector i)))
      (let ((vectors (cons vector vectors)))
        (lambda (i) (apply proc (%elements vectors i))))))

(define (%elements vectors i)
  (map (lambda (vector) (%numeric-ref vector i)) vectors))

;; A procedure of a result and an index: proc of the result and those elements.
(define (%fold-at proc vector vectors)
  (if (null? vectors)
      (lambda (result i) (proc result (%numeric-ref vector i)))
      (let ((vectors (cons vector vectors)))
        (lambda (result i) (apply proc result (%elements vectors i))))))

;;> (@vector-fold proc init @vector1 @vector2 ...)
;;> (proc so-far element ...) from the first element on, starting with init.
(define (numeric-fold proc init vector . vectors)
  (let ((n (%shortest vector vectors)) (step (%fold-at proc vector vectors)))
    (let loop ((i 0) (result init))
      (if (< i n)
          (loop (+ i 1) (step result i))
          result))))

;;> (@vector-fold-right proc init @vector1 @vector2 ...)
;;> (proc so-far element ...) from the last element back, starting with init.
(define (numeric-fold-right proc init vector . vectors)
  (let ((step (%fold-at proc vector vectors)))
    (let loop ((i (- (%shortest vector vectors) 1)) (result init))
      (if (>= i 0)
          (loop (- i 1) (step result i))
          result))))

;;> (@vector-map proc @vector1 @vector2 ...)
;;> A new vector, of the same type, of what proc returns for the elements.
(define (numeric-map proc vector . vectors)
  (let ((n (%shortest vector vectors)) (result-of (%at proc vector vectors)))
    (let loop ((i 0) (results '()))
      (if (< i n)
          (loop (+ i 1) (cons (result-of i) results))
          (%from-reversed-list vector results)))))

;;> (@vector-map! proc @vector1 @vector2 ...)
;;> Like @vector-map, with the results put into @vector1.
(define (numeric-map! proc vector . vectors)
  (numeric-copy! vector 0 (apply numeric-map proc vector vectors)))

;;> (@vector-for-each proc @vector1 @vector2 ...)
;;> Calls proc on the elements, in order, for its effects.
(define (numeric-for-each proc vector . vectors)
  (let ((n (%shortest vector vectors)) (call (%at proc vector vectors)))
    (let loop ((i 0))
      (if (< i n)
          (begin
            (call i)
            (loop (+ i 1)))))))

;;> (@vector-count pred @vector1 @vector2 ...)
;;> For how many of the elements pred is true.
(define (numeric-count pred vector . vectors)
  (let ((n (%shortest vector vectors)) (test (%at pred vector vectors)))
    (let loop ((i 0) (count 0))
      (if (< i n)
          (loop (+ i 1) (if (test i) (+ count 1) count))
          count))))

;;> (@vector-cumulate proc init @vector)
;;> A new vector of what (proc so-far element) returns, each being the next so-far.
(define (numeric-cumulate proc init vector)
  (let ((n (%numeric-length vector)))
    (let loop ((i 0) (so-far init) (results '()))
      (if (< i n)
          (let ((result (proc so-far (%numeric-ref vector i))))
            (loop (+ i 1) result (cons result results)))
          (%from-reversed-list vector results)))))

;;> (@vector-index pred @vector1 @vector2 ...)
;;> The index of the first elements for which pred is true, or #f.
(define (numeric-index pred vector . vectors)
  (let ((n (%shortest vector vectors)) (test (%at pred vector vectors)))
    (let loop ((i 0))
      (cond ((= i n) #f)
            ((test i) i)
            (else (loop (+ i 1)))))))

;;> (@vector-index-right pred @vector1 @vector2 ...)
;;> The index of the last elements for which pred is true, or #f.
(define (numeric-index-right pred vector . vectors)
  (let ((test (%at pred vector vectors)))
    (let loop ((i (- (%shortest vector vectors) 1)))
      (cond ((< i 0) #f)
            ((test i) i)
            (else (loop (- i 1)))))))

(define (%negated pred) (lambda elements (not (apply pred elements))))

;;> (@vector-skip pred @vector1 @vector2 ...)
;;> The index of the first elements for which pred is false, or #f.
(define (numeric-skip pred vector . vectors)
  (apply numeric-index (%negated pred) vector vectors))

;;> (@vector-skip-right pred @vector1 @vector2 ...)
;;> The index of the last elements for which pred is false, or #f.
(define (numeric-skip-right pred vector . vectors)
  (apply numeric-index-right (%negated pred) vector vectors))

;;> (@vector-any pred @vector1 @vector2 ...)
;;> The first true value that pred returns for the elements, or #f.
(define (numeric-any pred vector . vectors)
  (let ((n (%shortest vector vectors)) (test (%at pred vector vectors)))
    (let loop ((i 0))
      (and (< i n)
           (or (test i) (loop (+ i 1)))))))

;;> (@vector-every pred @vector1 @vector2 ...)
;;> What pred returns for the last elements if it is true for all, otherwise #f.
(define (numeric-every pred vector . vectors)
  (let ((n (%shortest vector vectors)) (test (%at pred vector vectors)))
    (let loop ((i 0) (result #t))
      (if (and result (< i n))
          (loop (+ i 1) (test i))
          result))))

;;> (@vector= @vector ...)
;;> Whether the vectors have the same length and, by =, the same elements.
(define (numeric= . vectors)
  (define (same? a b)
    (and (= (%numeric-length a) (%numeric-length b))
         (numeric-every = a b)))
  (or (null? vectors)
      (let loop ((a (car vectors)) (rest (cdr vectors)))
        (or (null? rest)
            (and (same? a (car rest))
                 (loop (car rest) (cdr rest)))))))

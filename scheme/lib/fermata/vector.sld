;; Vectors: what takes procedures.
;;
;; vector-map gathers its results in a list and makes the vector last, so that a
;; continuation captured in its procedure may be entered again: each return makes a
;; vector of its own.
(define-library (fermata vector)
  (export vector-map vector-for-each vector-map!
          vector-fold vector-fold-right vector-index vector-index-right
          vector-count vector-any vector-every vector-binary-search
          vector-tabulate vector-swap! vector-reverse! reverse-list->vector)
  (import (fermata builtins))
  (begin

    ;; The length of the shortest; the first is that argument of who.
    (define (%shortest who argument vector vectors)
      (let loop ((n (vector-length (%checked who argument vector)))
                 (argument argument) (rest vectors))
        (if (null? rest)
            n
            (let ((k (vector-length (%checked who (+ argument 1) (car rest)))))
              (loop (if (< k n) k n) (+ argument 1) (cdr rest))))))

    (define (%checked who argument vector)
      (if (vector? vector)
          vector
          (%wrong-type who argument "a vector" vector)))

    ;; Element i of each, followed by the tail.
    (define (%elements vectors i tail)
      (let loop ((rest (reverse vectors)) (elements tail))
        (if (null? rest)
            elements
            (loop (cdr rest) (cons (vector-ref (car rest) i) elements)))))

    ;;> (vector-map proc vector1 vector2 ...)
    ;;> A vector of what proc returns for the elements of the vectors, taken
    ;;> together one by one up to the end of the shortest. R7RS 6.10.
    (define (vector-map proc vector . vectors)
      (let ((n (%shortest 'vector-map 2 vector vectors)))
        (cond ((null? vectors)
               (let loop ((i 0) (results '()))
                 (if (< i n)
                     (loop (+ i 1) (cons (proc (vector-ref vector i)) results))
                     (reverse-list->vector results))))
              ((null? (cdr vectors))
               (%vector-map-2 proc vector (car vectors) n))
              (else (%vector-map-n proc (cons vector vectors) n)))))

    (define (%vector-map-2 proc a b n)
      (let loop ((i 0) (results '()))
        (if (< i n)
            (loop (+ i 1)
                  (cons (proc (vector-ref a i) (vector-ref b i)) results))
            (reverse-list->vector results))))

    (define (%vector-map-n proc vectors n)
      (let loop ((i 0) (results '()))
        (if (< i n)
            (loop (+ i 1)
                  (cons (apply proc (%elements vectors i '())) results))
            (reverse-list->vector results))))

    ;;> (vector-map! proc vector1 vector2 ...)
    ;;> Like vector-map, with the results put into vector1.
    (define (vector-map! proc vector . vectors)
      (vector-copy! vector 0 (apply vector-map proc vector vectors)))

    ;;> (vector-for-each proc vector1 vector2 ...)
    ;;> Calls proc on the elements of the vectors as vector-map does, in order, for
    ;;> its effects. R7RS 6.10.
    (define (vector-for-each proc vector . vectors)
      (let ((n (%shortest 'vector-for-each 2 vector vectors)))
        (cond ((null? vectors)
               (let loop ((i 0))
                 (if (< i n)
                     (begin
                       (proc (vector-ref vector i))
                       (loop (+ i 1))))))
              ((null? (cdr vectors))
               (%vector-for-each-2 proc vector (car vectors) n))
              (else (%vector-for-each-n proc (cons vector vectors) n)))))

    (define (%vector-for-each-2 proc a b n)
      (let loop ((i 0))
        (if (< i n)
            (begin
              (proc (vector-ref a i) (vector-ref b i))
              (loop (+ i 1))))))

    (define (%vector-for-each-n proc vectors n)
      (let loop ((i 0))
        (if (< i n)
            (begin
              (apply proc (%elements vectors i '()))
              (loop (+ i 1))))))

    ;; A procedure of an index: proc of element i of each vector.
    (define (%at proc vector vectors)
      (if (null? vectors)
          (lambda (i) (proc (vector-ref vector i)))
          (let ((vectors (cons vector vectors)))
            (lambda (i) (apply proc (%elements vectors i '()))))))

    ;; A procedure of a result and an index: proc of the result and those elements.
    (define (%fold-at proc vector vectors)
      (if (null? vectors)
          (lambda (result i) (proc result (vector-ref vector i)))
          (let ((vectors (cons vector vectors)))
            (lambda (result i)
              (apply proc result (%elements vectors i '()))))))

    ;;> (vector-fold proc init vector1 vector2 ...)
    ;;> (proc so-far element ...) from the first element on, starting with init.
    (define (vector-fold proc init vector . vectors)
      (let ((n (%shortest 'vector-fold 3 vector vectors))
            (step (%fold-at proc vector vectors)))
        (let loop ((i 0) (result init))
          (if (< i n)
              (loop (+ i 1) (step result i))
              result))))

    ;;> (vector-fold-right proc init vector1 vector2 ...)
    ;;> (proc so-far element ...) from the last element back, starting with init.
    (define (vector-fold-right proc init vector . vectors)
      (let ((step (%fold-at proc vector vectors)))
        (let loop ((i (- (%shortest 'vector-fold-right 3 vector vectors) 1))
                   (result init))
          (if (>= i 0)
              (loop (- i 1) (step result i))
              result))))

    ;;> (vector-index pred vector1 vector2 ...)
    ;;> The index of the first elements for which pred is true, or #f.
    (define (vector-index pred vector . vectors)
      (let ((n (%shortest 'vector-index 2 vector vectors))
            (test (%at pred vector vectors)))
        (let loop ((i 0))
          (cond ((= i n) #f)
                ((test i) i)
                (else (loop (+ i 1)))))))

    ;;> (vector-index-right pred vector1 vector2 ...)
    ;;> The index of the last elements for which pred is true, or #f.
    (define (vector-index-right pred vector . vectors)
      (let ((test (%at pred vector vectors)))
        (let loop ((i (- (%shortest 'vector-index-right 2 vector vectors) 1)))
          (cond ((< i 0) #f)
                ((test i) i)
                (else (loop (- i 1)))))))

    ;;> (vector-count pred vector1 vector2 ...)
    ;;> For how many elements pred is true.
    (define (vector-count pred vector . vectors)
      (let ((n (%shortest 'vector-count 2 vector vectors))
            (test (%at pred vector vectors)))
        (let loop ((i 0) (count 0))
          (if (< i n)
              (loop (+ i 1) (if (test i) (+ count 1) count))
              count))))

    ;;> (vector-any pred vector1 vector2 ...)
    ;;> The first true value that pred returns for elements, or #f.
    (define (vector-any pred vector . vectors)
      (let ((n (%shortest 'vector-any 2 vector vectors))
            (test (%at pred vector vectors)))
        (let loop ((i 0))
          (and (< i n)
               (or (test i)
                   (loop (+ i 1)))))))

    ;;> (vector-every pred vector1 vector2 ...)
    ;;> #f if pred returns it for some elements, otherwise what pred returned for
    ;;> the last of them; #t if there are none.
    (define (vector-every pred vector . vectors)
      (let ((n (%shortest 'vector-every 2 vector vectors))
            (test (%at pred vector vectors)))
        (let loop ((i 0) (last #t))
          (if (< i n)
              (let ((result (test i)))
                (and result (loop (+ i 1) result)))
              last))))

    ;;> (vector-binary-search vector obj compare)
    ;;> The index of an element for which (compare element obj) is 0, or #f. The
    ;;> vector is sorted: compare is negative before such elements, positive after.
    (define (vector-binary-search vector obj compare)
      (let loop ((low 0) (high (vector-length vector)))
        (and (< low high)
             (let* ((middle (quotient (+ low high) 2))
                    (order (compare (vector-ref vector middle) obj)))
               (cond ((= order 0) middle)
                     ((< order 0) (loop (+ middle 1) high))
                     (else (loop low middle)))))))

    ;;> (vector-tabulate proc n)
    ;;> A vector of n elements: (proc 0), (proc 1) and so on.
    (define (vector-tabulate proc n)
      (if (not (and (exact-integer? n) (>= n 0)))
          (%wrong-type 'vector-tabulate 2 "an exact non-negative integer" n))
      (let loop ((i 0) (results '()))
        (if (< i n)
            (loop (+ i 1) (cons (proc i) results))
            (reverse-list->vector results))))))

;; SRFI 43: the older vector library.
;;
;; As SRFI 133, but procedures that walk along vectors get the index first, and vector-copy
;; can go beyond the end.
(define-library (srfi 43)
  (export make-vector vector vector-unfold vector-unfold-right
          vector-copy vector-reverse-copy vector-append vector-concatenate
          vector? vector-empty? vector=
          vector-ref vector-length
          vector-fold vector-fold-right vector-map vector-map!
          vector-for-each vector-count
          vector-index vector-index-right vector-skip vector-skip-right
          vector-binary-search vector-any vector-every
          vector-set! vector-swap! vector-fill! vector-reverse!
          vector-copy! vector-reverse-copy!
          vector->list reverse-vector->list list->vector reverse-list->vector)
  (import (except (scheme base)
                  vector-copy vector-map vector-for-each)
          (only (srfi 133)
                vector-unfold vector-unfold-right vector-reverse-copy
                vector-concatenate vector-empty? vector=
                vector-index vector-index-right vector-skip vector-skip-right
                vector-binary-search vector-any vector-every
                vector-swap! vector-reverse! vector-reverse-copy!
                reverse-vector->list reverse-list->vector))
  (begin

    (define (common-length vectors)
      (apply min (map vector-length vectors)))

    (define (elements k vectors)
      (map (lambda (vector) (vector-ref vector k)) vectors))

    ;;> (vector-copy vector [start [end [fill]]])
    ;;> A new vector of the elements from start up to end; what lies beyond the vector is fill.
    (define (vector-copy vector 3 . range)
      (let* ((length (vector-length vector))
             (start (if (pair? range) (car range) 0))
             (range (if (pair? range) (cdr range) '()))
             (end (if (pair? range) (car range) length))
             (fill (and (pair? range) (pair? (cdr range)) (cadr range)))
             (copy (make-vector (- end start) fill)))
        (vector-copy! copy 0 vector start (min end length))
        copy))

    ;;> (vector-fold proc init vector1 vector2 ...)
    ;;> (proc index so-far element1 element2 ...) for each index, from the first on.
    (define (vector-fold proc init vector . more)
      (let* ((vectors (cons vector more)) (end (common-length vectors)))
        (let loop ((k 0) (result init))
          (if (= k end)
              result
              (loop (+ k 1)
                    (apply proc k result (elements k vectors)))))))

    ;;> (vector-fold-right proc init vector1 vector2 ...)
    ;;> (proc index so-far element1 element2 ...) for each index, from the last on.
    (define (vector-fold-right proc init vector . more)
      (let ((vectors (cons vector more)))
        (let loop ((k (- (common-length vectors) 1)) (result init))
          (if (< k 0)
              result
              (loop (- k 1)
                    (apply proc k result (elements k vectors)))))))

    ;;> (vector-map proc vector1 vector2 ...)
    ;;> A new vector of what (proc index element1 element2 ...) returns.
    (define (vector-map proc vector . more)
      (reverse-list->vector
       (apply vector-fold
              (lambda (k results . elements)
                (cons (apply proc k elements) results))
              '() vector more)))

    ;;> (vector-map! proc vector1 vector2 ...)
    ;;> Changes each element of vector1 to what (proc index element1 element2 ...) returns.
    (define (vector-map! proc vector . more)
      (apply vector-for-each
             (lambda (k . elements)
               (vector-set! vector k (apply proc k elements)))
             vector more))

    ;;> (vector-for-each proc vector1 vector2 ...)
    ;;> Calls (proc index element1 element2 ...) for each index, in order.
    (define (vector-for-each proc vector . more)
      (apply vector-fold
             (lambda (k _ . elements) (apply proc k elements) #t)
             #t vector more)
      (if #f #f))

    ;;> (vector-count pred vector1 vector2 ...)
    ;;> For how many indices (pred index element1 element2 ...) is true.
    (define (vector-count pred vector . more)
      (apply vector-fold
             (lambda (k count . elements)
               (if (apply pred k elements) (+ count 1) count))
             0 vector more))))

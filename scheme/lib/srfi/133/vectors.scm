;; Vectors beyond (fermata vector).

;; Calls (proc i seed ...), which returns an element and new seeds, for the indexes from
;; first on by step, count times; a list of the elements, last first.
(define (%unfolded proc first step count seeds)
  (let loop ((i first) (left count) (seeds seeds) (elements '()))
    (cond ((<= left 0) elements)
          ((null? seeds)
           (loop (+ i step) (- left 1) '() (cons (proc i) elements)))
          (else
           (call-with-values
             (lambda () (apply proc i seeds))
             (lambda (element . seeds)
               (loop (+ i step) (- left 1) seeds (cons element elements))))))))

(define (%check-count who n)
  (if (not (and (exact-integer? n) (>= n 0)))
      (%wrong-type who 2 "an exact non-negative integer" n)))

;;> (vector-unfold proc length seed ...)
;;> A vector of length elements: (proc i seed ...) returns element i and new seeds.
(define (vector-unfold proc length . seeds)
  (%check-count 'vector-unfold length)
  (reverse-list->vector (%unfolded proc 0 1 length seeds)))

;;> (vector-unfold-right proc length seed ...)
;;> The same, beginning with the last element.
(define (vector-unfold-right proc length . seeds)
  (%check-count 'vector-unfold-right length)
  (list->vector (%unfolded proc (- length 1) -1 length seeds)))

(define (%check-part who vector start end)
  (if (not (and (exact-integer? end) (<= 0 end (vector-length vector))))
      (%out-of-range who 4 "an index within the vector" end))
  (if (not (and (exact-integer? start) (<= 0 start end)))
      (%out-of-range who 3 "an index before the end" start)))

;;> (vector-unfold! proc vector start end seed ...)
;;> Puts into the vector, from start up to end, the elements that proc returns.
(define (vector-unfold! proc vector start end . seeds)
  (%check-part 'vector-unfold! vector start end)
  (vector-copy! vector start
                (reverse-list->vector
                 (%unfolded proc start 1 (- end start) seeds))))

;;> (vector-unfold-right! proc vector start end seed ...)
;;> The same, beginning with the last element.
(define (vector-unfold-right! proc vector start end . seeds)
  (%check-part 'vector-unfold-right! vector start end)
  (vector-copy! vector start
                (list->vector
                 (%unfolded proc (- end 1) -1 (- end start) seeds))))

;;> (vector-reverse-copy vector [start [end]])
;;> A new vector of the elements from start up to end, last first.
(define (vector-reverse-copy vector 2 . range)
  (let ((copy (apply vector-copy vector range)))
    (vector-reverse! copy)
    copy))

;;> (vector-reverse-copy! to at from [start [end]])
;;> Copies elements of from into to, beginning at at, last first; overlap is fine.
(define (vector-reverse-copy! to at from 2 . range)
  (vector-copy! to at (apply vector-reverse-copy from range)))

;;> (vector-concatenate vectors)
;;> Joins the vectors in a list of vectors.
(define (vector-concatenate vectors) (apply vector-append vectors))

;;> (vector-append-subvectors [vector start end] ...)
;;> Joins those parts of vectors into a new one.
(define (vector-append-subvectors . parts)
  (let loop ((rest parts) (copies '()))
    (cond ((null? rest) (vector-concatenate (reverse copies)))
          ((and (pair? (cdr rest)) (pair? (cddr rest)))
           (loop (cdddr rest)
                 (cons (vector-copy (car rest) (cadr rest) (caddr rest))
                       copies)))
          (else
           (error "vector-append-subvectors: a vector, a start and an end are wanted each time, got"
                  rest)))))

;;> (vector-empty? vector)
;;> Whether the vector has no elements.
(define (vector-empty? vector) (= (vector-length vector) 0))

;;> (vector= same? vector ...)
;;> Whether the vectors have the same elements in the same order.
(define (vector= same? . vectors)
  (or (null? vectors)
      (let next ((a (car vectors)) (rest (cdr vectors)))
        (or (null? rest)
            (and (%same-vector? same? a (car rest))
                 (next (car rest) (cdr rest)))))))

(define (%same-vector? same? a b)
  (or (eq? a b)
      (and (= (vector-length a) (vector-length b))
           (vector-every same? a b))))

;;> (vector-cumulate proc init vector)
;;> A vector of what a fold with (proc so-far element) has after each element.
(define (vector-cumulate proc init vector)
  (let ((n (vector-length vector)))
    (let loop ((i 0) (result init) (results '()))
      (if (= i n)
          (reverse-list->vector results)
          (let ((result (proc result (vector-ref vector i))))
            (loop (+ i 1) result (cons result results)))))))

(define (%complement pred)
  (lambda elements (not (apply pred elements))))

;;> (vector-skip pred vector1 vector2 ...)
;;> The index of the first elements for which pred is false, or #f.
(define (vector-skip pred vector . vectors)
  (apply vector-index (%complement pred) vector vectors))

;;> (vector-skip-right pred vector1 vector2 ...)
;;> The index of the last elements for which pred is false, or #f.
(define (vector-skip-right pred vector . vectors)
  (apply vector-index-right (%complement pred) vector vectors))

;;> (vector-partition pred vector)
;;> Two values: a vector of the elements for which pred is true followed by the
;;> others, and how many of the former there are.
(define (vector-partition pred vector)
  (let ((n (vector-length vector)))
    (let loop ((i 0) (in '()) (out '()))
      (if (= i n)
          (values (vector-append (reverse-list->vector in)
                                 (reverse-list->vector out))
                  (length in))
          (let ((element (vector-ref vector i)))
            (if (pred element)
                (loop (+ i 1) (cons element in) out)
                (loop (+ i 1) in (cons element out))))))))

;;> (reverse-vector->list vector [start [end]])
;;> A list of the elements from start up to end, last first.
(define (reverse-vector->list vector 2 . range)
  (reverse! (apply vector->list vector range)))

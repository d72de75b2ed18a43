;; Parts of numeric vectors, always as new vectors of the same type.

;;> (@vector-empty? @vector)
;;> Whether the vector has no elements.
(define (numeric-empty? vector) (= (%numeric-length vector) 0))

;;> (@vector-take @vector n)
;;> A new vector of the first n elements.
(define (numeric-take vector n) (numeric-copy vector 0 n))

;;> (@vector-take-right @vector n)
;;> A new vector of the last n elements.
(define (numeric-take-right vector n)
  (numeric-copy vector (- (%numeric-length vector) n)))

;;> (@vector-drop @vector n)
;;> A new vector of all but the first n elements.
(define (numeric-drop vector n) (numeric-copy vector n))

;;> (@vector-drop-right @vector n)
;;> A new vector of all but the last n elements.
(define (numeric-drop-right vector n)
  (numeric-copy vector 0 (- (%numeric-length vector) n)))

;;> (@vector-segment @vector n)
;;> A list of new vectors of n elements each; the last may be shorter.
(define (numeric-segment vector n)
  (if (not (and (exact-integer? n) (> n 0)))
      (%out-of-range 'vector-segment 2 "a positive integer" n))
  (let ((length (%numeric-length vector)))
    (let loop ((start 0) (parts '()))
      (if (< start length)
          (let ((end (min length (+ start n))))
            (loop end (cons (numeric-copy vector start end) parts)))
          (reverse parts)))))

;;> (@vector-take-while pred @vector)
;;> A new vector of the elements before the first for which pred is false.
(define (numeric-take-while pred vector)
  (numeric-copy vector 0 (or (numeric-skip pred vector)
                             (%numeric-length vector))))

;;> (@vector-drop-while pred @vector)
;;> A new vector of the elements from the first for which pred is false.
(define (numeric-drop-while pred vector)
  (numeric-copy vector (or (numeric-skip pred vector)
                           (%numeric-length vector))))

;;> (@vector-take-while-right pred @vector)
;;> A new vector of the elements behind the last for which pred is false.
(define (numeric-take-while-right pred vector)
  (numeric-copy vector (+ (or (numeric-skip-right pred vector) -1) 1)))

;;> (@vector-drop-while-right pred @vector)
;;> A new vector of the elements up to the last for which pred is false.
(define (numeric-drop-while-right pred vector)
  (numeric-copy vector 0 (+ (or (numeric-skip-right pred vector) -1) 1)))

;; Two lists, last first: the elements for which pred is true, and the others.
(define (%sorted-out pred vector)
  (let ((n (%numeric-length vector)))
    (let loop ((i 0) (in '()) (out '()))
      (if (= i n)
          (values in out)
          (let ((element (%numeric-ref vector i)))
            (if (pred element)
                (loop (+ i 1) (cons element in) out)
                (loop (+ i 1) in (cons element out))))))))

;;> (@vector-partition pred @vector)
;;> A new vector of the elements for which pred is true and then the others, and as a
;;> second value how many it is true for.
(define (numeric-partition pred vector)
  (call-with-values
    (lambda () (%sorted-out pred vector))
    (lambda (in out)
      (values (%from-reversed-list vector (append out in))
              (length in)))))

;;> (@vector-filter pred @vector)
;;> A new vector of the elements for which pred is true.
(define (numeric-filter pred vector)
  (call-with-values
    (lambda () (%sorted-out pred vector))
    (lambda (in out) (%from-reversed-list vector in))))

;;> (@vector-remove pred @vector)
;;> A new vector of the elements for which pred is false.
(define (numeric-remove pred vector)
  (call-with-values
    (lambda () (%sorted-out pred vector))
    (lambda (in out) (%from-reversed-list vector out))))

;; Medians, and the smallest elements, in linear time where nobody plans against it.

(define (%mean a b) (/ (+ a b) 2))

;; Of a sorted vector.
(define (%median vector default mean)
  (let* ((n (vector-length vector)) (middle (quotient n 2)))
    (cond ((= n 0) default)
          ((odd? n) (vector-ref vector middle))
          (else (mean (vector-ref vector (- middle 1))
                      (vector-ref vector middle))))))

;;> (vector-find-median less? vector default [mean])
;;> The middle element in order, or the mean of the two in the middle; default for an
;;> empty vector.
(define (vector-find-median less? vector default 1 . mean)
  (%median (vector-sort less? vector) default
           (if (pair? mean) (car mean) %mean)))

;;> (vector-find-median! less? vector default [mean])
;;> The same; sorts the vector.
(define (vector-find-median! less? vector default 1 . mean)
  (vector-sort! less? vector)
  (%median vector default (if (pair? mean) (car mean) %mean)))

;; The middle one of three.
(define (%middle less? a b c)
  (cond ((less? b a) (%middle less? b a c))
        ((less? c a) a)
        ((less? c b) c)
        (else b)))

;; Element k of the list in order.  The list is split into less, equal and greater until
;; k falls among the equal ones; when that goes badly, tries run out and it is sorted.
(define (%select less? list k tries)
  (if (= tries 0)
      (list-ref (list-sort less? list) k)
      (let* ((n (length list))
             (pivot (%middle less?
                             (car list)
                             (list-ref list (quotient n 2))
                             (list-ref list (- n 1)))))
        (let split ((rest list) (before '()) (same 0) (after '()) (size 0))
          (cond ((pair? rest)
                 (let ((element (car rest)))
                   (cond ((less? element pivot)
                          (split (cdr rest) (cons element before) same
                                 after (+ size 1)))
                         ((less? pivot element)
                          (split (cdr rest) before same
                                 (cons element after) size))
                         (else
                          (split (cdr rest) before (+ same 1)
                                 after size)))))
                ((< k size) (%select less? before k (- tries 1)))
                ((< k (+ size same)) pivot)
                (else
                 (%select less? after (- k size same) (- tries 1))))))))

;;> (vector-select! less? vector k [start [end]])
;;> The element that would be number k, counted from 0, if the range were sorted; may
;;> change the vector.
(define (vector-select! less? vector k 2 . range)
  (let* ((elements (%part->list vector range)) (n (length elements)))
    (if (not (and (exact-integer? k) (< -1 k n)))
        (%out-of-range 'vector-select! 3 "an index within the range" k))
    (%select less? elements k 40)))

;;> (vector-separate! less? vector k [start [end]])
;;> Puts the k smallest elements of the range first, in any order.
(define (vector-separate! less? vector k 2 . range)
  (let ((n (length (%part->list vector range))))
    (if (not (and (exact-integer? k) (<= 0 k n)))
        (%out-of-range 'vector-separate! 3 "at most the length of the range" k))
    (apply vector-sort! less? vector range)))

;; The other names of the sort, merging, and neighbours that are equal.

;;> (list-stable-sort less? list)
;;> The same as list-sort.
(define (list-stable-sort less? list) (list-sort less? list))
;;> (list-sort! less? list)
;;> The same as list-sort; may change list.
(define (list-sort! less? list) (list-sort less? list))
;;> (list-stable-sort! less? list)
;;> The same as list-sort; may change list.
(define (list-stable-sort! less? list) (list-sort less? list))
;;> (vector-stable-sort less? vector [start [end]])
;;> The same as vector-sort.
(define (vector-stable-sort less? vector 2 . range)
  (apply vector-sort less? vector range))
;;> (vector-stable-sort! less? vector [start [end]])
;;> The same as vector-sort!.
(define (vector-stable-sort! less? vector 2 . range)
  (apply vector-sort! less? vector range))

;;> (list-merge! less? list1 list2)
;;> The same as list-merge; may change the lists.
(define (list-merge! less? list1 list2) (list-merge less? list1 list2))

;; The part of vector between the first two elements of range, if there are.
(define (%part->list vector range)
  (cond ((null? range) (vector->list vector))
        ((null? (cdr range)) (vector->list vector (car range)))
        (else (vector->list vector (car range) (cadr range)))))

(define (%merged less? vector1 vector2 ranges)
  (list->vector
   (list-merge less?
               (%part->list vector1 ranges)
               (%part->list vector2 (if (and (pair? ranges) (pair? (cdr ranges)))
                                        (cddr ranges)
                                        '())))))

;;> (vector-merge less? vector1 vector2 [start1 [end1 [start2 [end2]]]])
;;> One sorted vector of the elements of two sorted ones, vector1's first among equals.
(define (vector-merge less? vector1 vector2 4 . ranges)
  (%merged less? vector1 vector2 ranges))

;;> (vector-merge! less? to vector1 vector2 [start [start1 [end1 [start2 [end2]]]]])
;;> The same, with the elements put into to from start on.
(define (vector-merge! less? to vector1 vector2 5 . options)
  (vector-copy! to
                (if (pair? options) (car options) 0)
                (%merged less? vector1 vector2
                         (if (pair? options) (cdr options) '()))))

;; ---- neighbours

;;> (list-delete-neighbor-dups same? list)
;;> A list of the elements that are not the same as the one kept before them. Calls
;;> (same? kept element).
(define (list-delete-neighbor-dups same? list)
  (if (null? list)
      '()
      (let loop ((rest (cdr list)) (kept (cons (car list) '())))
        (cond ((null? rest) (reverse kept))
              ((same? (car kept) (car rest)) (loop (cdr rest) kept))
              (else (loop (cdr rest) (cons (car rest) kept)))))))

;;> (list-delete-neighbor-dups! same? list)
;;> The same; may change list.
(define (list-delete-neighbor-dups! same? list)
  (list-delete-neighbor-dups same? list))

;;> (vector-delete-neighbor-dups same? vector [start [end]])
;;> A vector of the elements that are not the same as the one kept before them.
(define (vector-delete-neighbor-dups same? vector 2 . range)
  (list->vector
   (list-delete-neighbor-dups same? (%part->list vector range))))

;;> (vector-delete-neighbor-dups! same? vector [start [end]])
;;> Moves those elements to the start of the range; the index after the last of them.
(define (vector-delete-neighbor-dups! same? vector 2 . range)
  (let ((kept (apply vector-delete-neighbor-dups same? vector range))
        (start (if (pair? range) (car range) 0)))
    (vector-copy! vector start kept)
    (+ start (vector-length kept))))

;; Sorting: one stable merge sort for lists and vectors.
;;
;; Both orders of arguments are accepted, since both are in use: (sort list less?) and
;; R6RS's and SRFI 132's (list-sort less? list).  Nothing is changed while the order
;; is being asked, so less? may escape, wait, or be re-entered.
(define-library (fermata sort)
  (export sort sort! stable-sort list-sort vector-sort vector-sort!
          sorted? list-sorted? vector-sorted? merge list-merge)
  (import (fermata builtins))
  (begin

    ;; Sorted runs are built by consing, so merging two rising runs gives a falling
    ;; one and the other way round: the levels of the recursion alternate, and no run
    ;; ever has to be turned around.  Both merges keep equal elements in their order.

    ;; Two rising runs, a before b: a falling one.
    (define (%merge-to-falling less? a b)
      (let loop ((a a) (b b) (run '()))
        (cond ((null? a) (append-reverse b run))
              ((null? b) (append-reverse a run))
              ((less? (car b) (car a)) (loop a (cdr b) (cons (car b) run)))
              (else (loop (cdr a) b (cons (car a) run))))))

    ;; Two falling runs, a before b: a rising one.
    (define (%merge-to-rising less? a b)
      (let loop ((a a) (b b) (run '()))
        (cond ((null? a) (append-reverse b run))
              ((null? b) (append-reverse a run))
              ((less? (car b) (car a)) (loop (cdr a) b (cons (car a) run)))
              (else (loop a (cdr b) (cons (car b) run))))))

    ;; Two and three elements are put in order at once: that is half of all the work.
    (define (%rising less? vector start end)
      (let ((n (- end start)))
        (if (< n 4)
            (%few less? vector start n #f)
            (let ((middle (quotient (+ start end) 2)))
              (%merge-to-rising less?
                                (%falling less? vector start middle)
                                (%falling less? vector middle end))))))

    (define (%falling less? vector start end)
      (let ((n (- end start)))
        (if (< n 4)
            (%few less? vector start n #t)
            (let ((middle (quotient (+ start end) 2)))
              (%merge-to-falling less?
                                 (%rising less? vector start middle)
                                 (%rising less? vector middle end))))))

    ;; A run of one to three elements.
    (define (%few less? vector start n falling?)
      (define (run a b) (if falling? (list b a) (list a b)))
      (define (run3 a b c) (if falling? (list c b a) (list a b c)))
      (let ((a (vector-ref vector start)))
        (if (= n 1)
            (list a)
            (let ((b (vector-ref vector (+ start 1))))
              (if (= n 2)
                  (if (less? b a) (run b a) (run a b))
                  (let ((c (vector-ref vector (+ start 2))))
                    (if (less? b a)
                        (cond ((less? c b) (run3 c b a))
                              ((less? c a) (run3 b c a))
                              (else (run3 b a c)))
                        (cond ((less? c a) (run3 c a b))
                              ((less? c b) (run3 a c b))
                              (else (run3 a b c))))))))))

    (define (%sorted-list less? vector)
      (let ((n (vector-length vector)))
        (if (= n 0) '() (%rising less? vector 0 n))))

    ;; A sorted vector with the elements of vector, which is ours to change.  Where less?
    ;; is one of the system's own orders, the levels are natives, each of them linear.
    (define (%sorted-vector less? vector)
      (if (%sort-all-runs! vector less?)
          (let ((n (vector-length vector)))
            (let loop ((width 8) (from vector) (to (make-vector (if (< 8 n) n 0))))
              (if (< width n)
                  (begin
                    (%merge-all-runs! from to width less?)
                    (loop (* 2 width) to from))
                  from)))
          #f))

    ;; Pieces, so that a turn may end between them.
    (define (%sort-all-runs! vector less?)
      (let loop ((start 0))
        (let ((next (%sort-runs! vector less? start)))
          (if (boolean? next) next (loop next)))))
    (define (%merge-all-runs! from to width less?)
      (let loop ((k 0) (a 0))
        (let ((next (%merge-runs! from to width less? k a)))
          (if (pair? next) (loop (car next) (cdr next))))))

    (define (%sort-list less? list)
      (let* ((vector (list->vector list))
             (sorted (%sorted-vector less? vector)))
        (if sorted
            (vector->list sorted)
            (%sorted-list less? vector))))

    (define (%sort-vector less? vector)
      (let ((copy (vector-copy vector)))
        (or (%sorted-vector less? copy)
            (list->vector (%sorted-list less? copy)))))

    ;; Calls sorter with less? and the sequence, whichever order they came in.
    (define (%in-order who a b kind? wanted sorter)
      (cond ((and (kind? a) (procedure? b)) (sorter b a))
            ((and (procedure? a) (kind? b)) (sorter a b))
            ((kind? a) (%wrong-type who 2 "a procedure" b))
            ((procedure? a) (%wrong-type who 2 wanted b))
            (else (%wrong-type who 1 wanted a))))

    (define (%sequence? obj) (or (list? obj) (vector? obj)))
    (define (%sort-any less? sequence)
      (if (vector? sequence)
          (%sort-vector less? sequence)
          (%sort-list less? sequence)))
    (define (%sort-vector! less? vector)
      (vector-copy! vector 0 (%sort-vector less? vector)))

    ;;> (sort sequence less?)
    ;;> A new list or vector of the elements in order; equal ones stay in the order
    ;;> they had. The arguments may come in either order.
    (define (sort sequence less?)
      (%in-order 'sort sequence less? %sequence? "a list or vector" %sort-any))

    ;;> (stable-sort sequence less?)
    ;;> The same as sort.
    (define (stable-sort sequence less?)
      (%in-order 'stable-sort sequence less? %sequence? "a list or vector"
                 %sort-any))

    ;;> (sort! sequence less?)
    ;;> Sorts a vector in place; of a list it returns a sorted one.
    (define (sort! sequence less?)
      (%in-order 'sort! sequence less? %sequence? "a list or vector"
                 (lambda (less? sequence)
                   (if (vector? sequence)
                       (begin
                         (%sort-vector! less? sequence)
                         sequence)
                       (%sort-list less? sequence)))))

    ;;> (list-sort less? list)
    ;;> A new list of the elements in order. The arguments may come in either order.
    (define (list-sort less? list)
      (%in-order 'list-sort less? list list? "a list" %sort-list))

    ;; Of a vector, what lies between the optional arguments [start [end]].
    (define (%part vector range)
      (if (null? range) vector (apply vector-copy vector range)))

    ;;> (vector-sort less? vector [start [end]])
    ;;> A new vector of the elements in order. The first two arguments may come in
    ;;> either order.
    (define (vector-sort less? vector 2 . range)
      (%in-order 'vector-sort less? vector vector? "a vector"
                 (lambda (less? vector)
                   (%sort-vector less? (%part vector range)))))

    ;;> (vector-sort! less? vector [start [end]])
    ;;> Sorts the vector in place. The first two arguments may come in either order.
    (define (vector-sort! less? vector 2 . range)
      (%in-order 'vector-sort! less? vector vector? "a vector"
                 (lambda (less? vector)
                   (vector-copy! vector
                                 (if (pair? range) (car range) 0)
                                 (%sort-vector less? (%part vector range))))))

    (define (%sorted? less? list)
      (or (null? list)
          (let loop ((last (car list)) (rest (cdr list)))
            (or (null? rest)
                (and (not (less? (car rest) last))
                     (loop (car rest) (cdr rest)))))))

    ;;> (sorted? sequence less?)
    ;;> Whether no element is less than the one before it.
    (define (sorted? sequence less?)
      (%in-order 'sorted? sequence less? %sequence? "a list or vector"
                 (lambda (less? sequence)
                   (%sorted? less? (if (vector? sequence)
                                       (vector->list sequence)
                                       sequence)))))

    ;;> (list-sorted? less? list)
    ;;> Whether no element is less than the one before it.
    (define (list-sorted? less? list)
      (%in-order 'list-sorted? less? list list? "a list" %sorted?))

    ;;> (vector-sorted? less? vector [start [end]])
    ;;> Whether no element is less than the one before it.
    (define (vector-sorted? less? vector 2 . range)
      (%in-order 'vector-sorted? less? vector vector? "a vector"
                 (lambda (less? vector)
                   (%sorted? less? (apply vector->list vector range)))))

    ;;> (list-merge less? list1 list2)
    ;;> One sorted list of the elements of two sorted ones, list1's first among equals.
    (define (list-merge less? list1 list2)
      (reverse (%merge-to-falling less? list1 list2)))

    ;;> (merge list1 list2 less?)
    ;;> The same with the arguments in another order.
    (define (merge list1 list2 less?)
      (list-merge less? list1 list2))))

;; Making lists, and telling the kinds of lists apart.

;;> (xcons a b)
;;> A new pair of b and a.
(define (xcons a b) (cons b a))

;;> (circular-list obj1 obj2 ...)
;;> A list of the objects, over and over.
(define (circular-list obj . objs)
  (let ((pair (cons obj objs)))
    (set-cdr! (last-pair pair) pair)
    pair))

;; What a list ends on: (), another object that is not a pair, or #t when it
;; does not end.
(define (%ending obj)
  (let loop ((slow obj) (fast obj))
    (cond ((not (pair? fast)) fast)
          ((not (pair? (cdr fast))) (cdr fast))
          (else
           (let ((slow (cdr slow)) (fast (cddr fast)))
             (if (eq? slow fast)
                 (or (not (pair? fast)) fast)
                 (loop slow fast)))))))

;;> (proper-list? obj)
;;> Whether obj is a finite list that ends in ().
(define (proper-list? obj) (list? obj))

;;> (circular-list? obj)
;;> Whether obj is a list that never ends.
(define (circular-list? obj) (pair? (%ending obj)))

;;> (dotted-list? obj)
;;> Whether obj ends in something other than (); an object that is not a pair does.
(define (dotted-list? obj)
  (let ((end (%ending obj)))
    (not (or (pair? end) (null? end)))))

;;> (not-pair? obj)
;;> Whether obj is no pair.
(define (not-pair? obj) (not (pair? obj)))

;;> (null-list? list)
;;> Whether list is empty; an error for what is no list.
(define (null-list? list)
  (cond ((null? list) #t)
        ((pair? list) #f)
        (else (%wrong-type 'null-list? 1 "a list" list))))

;;> (list= same? list1 ...)
;;> Whether the lists have the same elements in the same order.
(define (list= same? . lists)
  (or (null? lists)
      (let next ((a (car lists)) (rest (cdr lists)))
        (or (null? rest)
            (and (%same-elements? same? a (car rest))
                 (next (car rest) (cdr rest)))))))

(define (%same-elements? same? a b)
  (or (eq? a b)
      (let loop ((a a) (b b))
        (if (null-list? a)
            (null-list? b)
            (and (not (null-list? b))
                 (same? (car a) (car b))
                 (loop (cdr a) (cdr b)))))))

;;> (length+ list)
;;> The number of elements, or #f for a circular list.
(define (length+ list)
  (if (circular-list? list) #f (length list)))

;;> (zip list1 list2 ...)
;;> A list of the lists of first elements, of second elements and so on.
(define (zip list1 . lists) (apply map list list1 lists))

;;> (unzip1 lists)
;;> A list of the first elements of the lists.
(define (unzip1 lists) (map first lists))
;;> (unzip2 lists)
;;> Two values: the lists of the first and of the second elements.
(define (unzip2 lists) (values (map first lists) (map second lists)))
;;> (unzip3 lists)
;;> Three values: the lists of the first, second, third elements.
(define (unzip3 lists)
  (values (map first lists) (map second lists) (map third lists)))
;;> (unzip4 lists)
;;> Four values: the lists of the first up to the fourth elements.
(define (unzip4 lists)
  (values (map first lists) (map second lists) (map third lists)
          (map fourth lists)))
;;> (unzip5 lists)
;;> Five values: the lists of the first up to the fifth elements.
(define (unzip5 lists)
  (values (map first lists) (map second lists) (map third lists)
          (map fourth lists) (map fifth lists)))

;;> (alist-cons key obj alist)
;;> The association list with (key . obj) in front.
(define (alist-cons key obj alist) (cons (cons key obj) alist))

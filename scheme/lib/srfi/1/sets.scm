;; Lists as sets.  (same? a b) is called with a from the earlier list.

;; Whether an element of list is the same as obj, which comes after them.
(define (%among? same? list obj)
  (any (lambda (element) (same? element obj)) list))

;; Whether obj, which comes before them, is the same as an element of list.
(define (%in? same? obj list)
  (any (lambda (element) (same? obj element)) list))

(define (%subset? same? a b)
  (or (eq? a b)
      (every (lambda (element) (%in? same? element b)) a)))

;; Whether (related? a b) holds for every two neighbours among lists.
(define (%chain? related? lists)
  (or (null? lists)
      (let loop ((a (car lists)) (rest (cdr lists)))
        (or (null? rest)
            (and (related? a (car rest))
                 (loop (car rest) (cdr rest)))))))

;;> (lset<= same? list1 ...)
;;> Whether each list is a subset of the next.
(define (lset<= same? . lists)
  (%chain? (lambda (a b) (%subset? same? a b)) lists))

;;> (lset= same? list1 ...)
;;> Whether the lists are equal as sets.
(define (lset= same? . lists)
  (%chain? (lambda (a b)
             (and (%subset? same? a b)
                  (%subset? (lambda (x y) (same? y x)) b a)))
           lists))

;;> (lset-adjoin same? list obj ...)
;;> The list with those objects in front that are not in it.
(define (lset-adjoin same? list . objs)
  (fold (lambda (obj set) (if (%among? same? set obj) set (cons obj set)))
        list objs))

;;> (lset-union same? list1 ...)
;;> The elements of all lists; the first list is shared.
(define (lset-union same? . lists)
  (reduce (lambda (list set)
            (cond ((null? list) set)
                  ((null? set) list)
                  ((eq? list set) set)
                  (else (apply lset-adjoin same? set list))))
          '() lists))

;;> (lset-intersection same? list1 list2 ...)
;;> The elements of list1 that are in all others.
(define (lset-intersection same? list1 . lists)
  (filter (lambda (obj) (every (lambda (list) (%in? same? obj list)) lists))
          list1))

;;> (lset-difference same? list1 list2 ...)
;;> The elements of list1 that are in no other.
(define (lset-difference same? list1 . lists)
  (remove (lambda (obj) (any (lambda (list) (%in? same? obj list)) lists))
          list1))

;;> (lset-xor same? list1 ...)
;;> The elements that are in an odd number of the lists.
(define (lset-xor same? . lists)
  (reduce (lambda (b a)
            (append-reverse (remove (lambda (obj) (%in? same? obj b)) a)
                            (remove (lambda (obj) (%among? same? a obj)) b)))
          '() lists))

;;> (lset-diff+intersection same? list1 list2 ...)
;;> Two values: the elements of list1 that are in no other, and the rest.
(define (lset-diff+intersection same? list1 . lists)
  (partition (lambda (obj)
               (not (any (lambda (list) (%in? same? obj list)) lists)))
             list1))

;;> (lset-union! same? list1 ...)
;;> Like lset-union; may change the lists.
(define (lset-union! same? . lists) (apply lset-union same? lists))
;;> (lset-intersection! same? list1 list2 ...)
;;> Like lset-intersection; may change list1.
(define (lset-intersection! same? list1 . lists)
  (apply lset-intersection same? list1 lists))
;;> (lset-difference! same? list1 list2 ...)
;;> Like lset-difference; may change list1.
(define (lset-difference! same? list1 . lists)
  (apply lset-difference same? list1 lists))
;;> (lset-xor! same? list1 ...)
;;> Like lset-xor; may change the lists.
(define (lset-xor! same? . lists) (apply lset-xor same? lists))
;;> (lset-diff+intersection! same? list1 list2 ...)
;;> Like lset-diff+intersection; may change list1.
(define (lset-diff+intersection! same? list1 . lists)
  (apply lset-diff+intersection same? list1 lists))

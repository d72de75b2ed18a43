;; Whole ilists: taking parts, joining, mapping, folding.

;; The firsts and the rests of some ilists, mutable lists; #f and #f when one is at its end.
(define (split-all lists)
  (let loop ((rest lists) (firsts '()) (rests '()))
    (cond ((null? lists) (values #f #f))
          ((null? rest) (values (reverse firsts) (reverse rests)))
          ((ipair? (car rest))
           (loop (cdr rest)
                 (cons (icar (car rest)) firsts)
                 (cons (icdr (car rest)) rests)))
          (else (values #f #f)))))

;;> (itake ilist k)
;;> The first k elements.
(define (itake list k)
  (let loop ((rest list) (k k) (done '()))
    (if (= k 0)
        (reversed-onto done '())
        (loop (icdr rest) (- k 1) (cons (icar rest) done)))))

;; The number of pairs, whatever the end.
(define (pairs-in list)
  (let loop ((rest list) (n 0))
    (if (ipair? rest) (loop (icdr rest) (+ n 1)) n)))

;;> (itake-right ilist k)
;;> The last k elements.
(define (itake-right list k) (ilist-tail list (- (pairs-in list) k)))

;;> (idrop-right ilist k)
;;> The ilist without its last k elements.
(define (idrop-right list k) (itake list (- (pairs-in list) k)))

;;> (isplit-at ilist k)
;;> Two values: the first k elements, and the others.
(define (isplit-at list k) (values (itake list k) (idrop list k)))

;;> (iappend ilist ...)
;;> The elements of all, one after another.
(define (iappend . lists) (append-all lists))

(define (append-all lists)
  (if (null? lists)
      '()
      (let loop ((rest (cdr (reverse lists)))
                 (result (car (reverse lists))))
        (if (null? rest)
            result
            (loop (cdr rest)
                  (reversed-onto (reversed-list (car rest)) result))))))

;;> (iconcatenate ilists)
;;> The elements of all in the ilist of ilists, one after another.
(define (iconcatenate lists) (append-all (ilist->list lists)))

;;> (iappend-reverse ilist tail)
;;> The elements in the opposite order, then tail.
(define (iappend-reverse list tail)
  (if (null? list)
      tail
      (iappend-reverse (icdr list) (ipair (icar list) tail))))

;;> (ireverse ilist)
;;> The elements in the opposite order.
(define (ireverse list) (iappend-reverse list '()))

;;> (ifold proc seed ilist1 ilist2 ...)
;;> Calls (proc element ... state) from left to right, the state being what the call
;;> before returned, first the seed.
(define (ifold proc seed . lists)
  (let loop ((state seed) (lists lists))
    (let-values (((firsts rests) (split-all lists)))
      (if firsts
          (loop (apply proc (append firsts (list state))) rests)
          state))))

;; A list of lists of the elements at the same places, the last first.
(define (reversed-rows lists)
  (let loop ((lists lists) (rows '()))
    (let-values (((firsts rests) (split-all lists)))
      (if firsts (loop rests (cons firsts rows)) rows))))

;;> (ifold-right proc seed ilist1 ilist2 ...)
;;> The same from right to left.
(define (ifold-right proc seed . lists)
  (let loop ((rows (reversed-rows lists)) (state seed))
    (if (null? rows)
        state
        (loop (cdr rows) (apply proc (append (car rows) (list state)))))))

;; The same with the rest of each ilist instead of its first element.
(define (rests-of lists)
  (let loop ((lists lists) (rows '()))
    (let-values (((firsts rests) (split-all lists)))
      (if firsts (loop rests (cons lists rows)) rows))))

;;> (ipair-fold proc seed ilist1 ilist2 ...)
;;> As ifold, with the rest from each element on in the place of the element.
(define (ipair-fold proc seed . lists)
  (let loop ((rows (reverse (rests-of lists))) (state seed))
    (if (null? rows)
        state
        (loop (cdr rows) (apply proc (append (car rows) (list state)))))))

;;> (ipair-fold-right proc seed ilist1 ilist2 ...)
;;> The same from right to left.
(define (ipair-fold-right proc seed . lists)
  (let loop ((rows (rests-of lists)) (state seed))
    (if (null? rows)
        state
        (loop (cdr rows) (apply proc (append (car rows) (list state)))))))

;;> (ireduce proc default ilist)
;;> As (ifold proc first rest), default when there are no elements.
(define (ireduce proc default list)
  (if (null? list) default (ifold proc (icar list) (icdr list))))

;;> (ireduce-right proc default ilist)
;;> As (ifold-right proc last others), default when there are no elements.
(define (ireduce-right proc default list)
  (if (null? list)
      default
      (ifold-right proc (ilast list) (idrop-right list 1))))

;;> (iunfold stop? mapper successor seed [tail-proc])
;;> What mapper makes of the seed, (successor seed) and so on up to the one for which stop?
;;> is true, of which tail-proc makes the end.
(define (iunfold stop? mapper successor seed 1 . tail-proc)
  (let loop ((seed seed) (done '()))
    (if (stop? seed)
        (reversed-onto done (if (pair? tail-proc) ((car tail-proc) seed) '()))
        (loop (successor seed) (cons (mapper seed) done)))))

;;> (iunfold-right stop? mapper successor seed [tail])
;;> The same in the opposite order, before tail.
(define (iunfold-right stop? mapper successor seed 1 . tail)
  (let loop ((seed seed) (result (if (pair? tail) (car tail) '())))
    (if (stop? seed)
        result
        (loop (successor seed) (ipair (mapper seed) result)))))

;;> (imap proc ilist1 ilist2 ...)
;;> An ilist of what proc makes of the elements, up to the end of the shortest.
(define (imap proc . lists)
  (let loop ((lists lists) (done '()))
    (let-values (((firsts rests) (split-all lists)))
      (if firsts
          (loop rests (cons (apply proc firsts) done))
          (reversed-onto done '())))))

;;> (imap-in-order proc ilist1 ilist2 ...)
;;> The same, from left to right.
(define imap-in-order imap)

;;> (ifor-each proc ilist1 ilist2 ...)
;;> Calls proc with the elements, from left to right.
(define (ifor-each proc . lists)
  (let-values (((firsts rests) (split-all lists)))
    (if firsts
        (begin
          (apply proc firsts)
          (apply ifor-each proc rests)))))

;;> (ipair-for-each proc ilist1 ilist2 ...)
;;> Calls proc with the rest from each element on.
(define (ipair-for-each proc . lists)
  (for-each (lambda (rests) (apply proc rests)) (reverse (rests-of lists))))

;;> (iappend-map proc ilist1 ilist2 ...)
;;> The elements of the ilists that proc returns.
(define (iappend-map proc . lists)
  (iconcatenate (apply imap proc lists)))

;;> (ifilter-map proc ilist1 ilist2 ...)
;;> An ilist of the true values that proc returns.
(define (ifilter-map proc . lists)
  (ifilter values (apply imap proc lists)))

;;> (icount pred ilist1 ilist2 ...)
;;> How often pred is true of the elements.
(define (icount pred . lists)
  (ilength (ifilter values (apply imap pred lists))))

;;> (izip ilist1 ilist2 ...)
;;> An ilist of ilists of the elements at the same places.
(define (izip . lists) (apply imap ilist lists))

;;> (iunzip1 ilists)
;;> The first elements of the ilists.
(define (iunzip1 lists) (imap ifirst lists))

;;> (iunzip2 ilists)
;;> The first and the second elements, as two values.
(define (iunzip2 lists) (values (imap ifirst lists) (imap isecond lists)))

;;> (iunzip3 ilists)
;;> The first three elements, as three values.
(define (iunzip3 lists)
  (values (imap ifirst lists) (imap isecond lists) (imap ithird lists)))

;;> (iunzip4 ilists)
;;> The first four elements, as four values.
(define (iunzip4 lists)
  (values (imap ifirst lists) (imap isecond lists) (imap ithird lists)
          (imap ifourth lists)))

;;> (iunzip5 ilists)
;;> The first five elements, as five values.
(define (iunzip5 lists)
  (values (imap ifirst lists) (imap isecond lists) (imap ithird lists)
          (imap ifourth lists) (imap ififth lists)))

;;> (ilist= same? ilist ...)
;;> Whether neighbours have equally many elements, which are the same.
(define (ilist= same? . lists)
  (define (both-same? a b)
    (cond ((null? a) (null? b))
          ((null? b) #f)
          (else (and (same? (icar a) (icar b)) (both-same? (icdr a) (icdr b))))))
  (or (null? lists)
      (let loop ((first (car lists)) (rest (cdr lists)))
        (or (null? rest)
            (and (both-same? first (car rest)) (loop (car rest) (cdr rest)))))))

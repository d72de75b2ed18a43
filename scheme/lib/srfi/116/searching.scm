;; Searching ilists, and taking elements out.

;;> (ifilter pred ilist)
;;> The elements that pred is true of.
(define (ifilter pred list)
  (let loop ((rest list) (done '()))
    (cond ((null? rest) (reversed-onto done '()))
          ((pred (icar rest)) (loop (icdr rest) (cons (icar rest) done)))
          (else (loop (icdr rest) done)))))

;;> (iremove pred ilist)
;;> The elements that pred is not true of.
(define (iremove pred list) (ifilter (lambda (obj) (not (pred obj))) list))

;;> (ipartition pred ilist)
;;> Two values: the elements that pred is true of, and the others.
(define (ipartition pred list)
  (let loop ((rest list) (yes '()) (no '()))
    (cond ((null? rest)
           (values (reversed-onto yes '()) (reversed-onto no '())))
          ((pred (icar rest)) (loop (icdr rest) (cons (icar rest) yes) no))
          (else (loop (icdr rest) yes (cons (icar rest) no))))))

;;> (ifind-tail pred ilist)
;;> The ilist from the first element on that pred is true of, or #f.
(define (ifind-tail pred list)
  (cond ((null? list) #f)
        ((pred (icar list)) list)
        (else (ifind-tail pred (icdr list)))))

;;> (ifind pred ilist)
;;> The first element that pred is true of, or #f.
(define (ifind pred list)
  (let ((tail (ifind-tail pred list)))
    (and tail (icar tail))))

(define (same-in rest) (if (pair? rest) (car rest) equal?))

;;> (imember obj ilist [same?])
;;> The ilist from the first element on that is the same as obj, or #f.
(define (imember obj list 1 . same?)
  (let ((same? (same-in same?)))
    (ifind-tail (lambda (element) (same? obj element)) list)))

;;> (imemq obj ilist)
;;> The same by eq?.
(define (imemq obj list) (imember obj list eq?))

;;> (imemv obj ilist)
;;> The same by eqv?.
(define (imemv obj list) (imember obj list eqv?))

;;> (iany pred ilist1 ilist2 ...)
;;> The first true value of pred, or #f.
(define (iany pred . lists)
  (let-values (((firsts rests) (split-all lists)))
    (and firsts (or (apply pred firsts) (apply iany pred rests)))))

;;> (ievery pred ilist1 ilist2 ...)
;;> The last value of pred when all are true, else #f.
(define (ievery pred . lists)
  (let loop ((lists lists) (last #t))
    (let-values (((firsts rests) (split-all lists)))
      (if firsts
          (let ((result (apply pred firsts)))
            (and result (loop rests result)))
          last))))

;;> (ilist-index pred ilist1 ilist2 ...)
;;> The place of the first elements that pred is true of, or #f.
(define (ilist-index pred . lists)
  (let loop ((lists lists) (k 0))
    (let-values (((firsts rests) (split-all lists)))
      (and firsts (if (apply pred firsts) k (loop rests (+ k 1)))))))

;;> (ispan pred ilist)
;;> Two values: the elements before the first that pred is not true of, and the others.
(define (ispan pred list)
  (let loop ((rest list) (done '()))
    (if (and (ipair? rest) (pred (icar rest)))
        (loop (icdr rest) (cons (icar rest) done))
        (values (reversed-onto done '()) rest))))

;;> (ibreak pred ilist)
;;> Two values: the elements before the first that pred is true of, and the others.
(define (ibreak pred list) (ispan (lambda (obj) (not (pred obj))) list))

;;> (itake-while pred ilist)
;;> The elements before the first that pred is not true of.
(define (itake-while pred list)
  (let-values (((first rest) (ispan pred list))) first))

;;> (idrop-while pred ilist)
;;> The ilist from the first element on that pred is not true of.
(define (idrop-while pred list)
  (let-values (((first rest) (ispan pred list))) rest))

;;> (idelete obj ilist [same?])
;;> The ilist without elements that are the same as obj.
(define (idelete obj list 1 . same?)
  (let ((same? (same-in same?)))
    (iremove (lambda (element) (same? obj element)) list)))

;;> (idelete-duplicates ilist [same?])
;;> The ilist without elements that are the same as an earlier one.
(define (idelete-duplicates list 1 . same?)
  (let ((same? (same-in same?)))
    (let loop ((rest list) (done '()))
      (cond ((null? rest) (reversed-onto done '()))
            ((member (icar rest) done (lambda (new old) (same? old new)))
             (loop (icdr rest) done))
            (else (loop (icdr rest) (cons (icar rest) done)))))))

;;> (iassoc obj ialist [same?])
;;> The first immutable pair whose first part is the same as obj, or #f.
(define (iassoc obj list 1 . same?)
  (let ((same? (same-in same?)))
    (ifind (lambda (pair) (same? obj (icar pair))) list)))

;;> (iassq obj ialist)
;;> The same by eq?.
(define (iassq obj list) (iassoc obj list eq?))

;;> (iassv obj ialist)
;;> The same by eqv?.
(define (iassv obj list) (iassoc obj list eqv?))

;;> (ialist-cons key obj ialist)
;;> The association ilist with an immutable pair of key and obj before it.
(define (ialist-cons key obj list) (ipair (ipair key obj) list))

;;> (ialist-delete key ialist [same?])
;;> The association ilist without pairs whose first part is the same as key.
(define (ialist-delete key list 1 . same?)
  (let ((same? (same-in same?)))
    (iremove (lambda (pair) (same? key (icar pair))) list)))

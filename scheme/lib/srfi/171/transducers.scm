;; Transducers that look at one element at a time.

;; A transducer that does (step reducer result element) for an element.  make-step is
;; called for each use, so that counters belong to one use.
(define (transducer make-step)
  (lambda (reducer)
    (let ((step (make-step)))
      (case-lambda
        (() (reducer))
        ((result) (reducer result))
        ((result element) (step reducer result element))))))

;;> (tmap proc)
;;> Puts (proc element) in place of each element.
(define (tmap proc)
  (transducer
   (lambda ()
     (lambda (reducer result element) (reducer result (proc element))))))

;;> (tfilter pred)
;;> Keeps the elements for which pred is true.
(define (tfilter pred)
  (transducer
   (lambda ()
     (lambda (reducer result element)
       (if (pred element) (reducer result element) result)))))

;;> (tremove pred)
;;> Keeps the elements for which pred is false.
(define (tremove pred)
  (tfilter (lambda (element) (not (pred element)))))

;;> (tfilter-map proc)
;;> Puts (proc element) in place of each element, and keeps what is not #f.
(define (tfilter-map proc)
  (transducer
   (lambda ()
     (lambda (reducer result element)
       (let ((value (proc element)))
         (if value (reducer result value) result))))))

;;> (treplace map)
;;> Replaces the elements that are keys of map: an alist, a hash table, or a procedure.
(define (treplace map)
  (tmap (cond ((procedure? map) map)
              ((hash-table? map)
               (lambda (element)
                 (hash-table-ref/default map element element)))
              (else
               (lambda (element)
                 (let ((entry (assoc element map)))
                   (if entry (cdr entry) element)))))))

;;> (tdrop n)
;;> Leaves out the first n elements.
(define (tdrop n)
  (transducer
   (lambda ()
     (let ((left n))
       (lambda (reducer result element)
         (if (> left 0)
             (begin
               (set! left (- left 1))
               result)
             (reducer result element)))))))

;;> (ttake n)
;;> Ends after n elements.
(define (ttake n)
  (lambda (reducer)
    (let ((left n))
      (case-lambda
        (() (if (> n 0) (reducer) (reduced (reducer))))
        ((result) (reducer result))
        ((result element)
         (set! left (- left 1))
         (cond ((> left 0) (reducer result element))
               ((= left 0) (ensure-reduced (reducer result element)))
               (else (reduced result))))))))

;;> (tdrop-while pred)
;;> Leaves out the elements before the first for which pred is false.
(define (tdrop-while pred)
  (transducer
   (lambda ()
     (let ((dropping #t))
       (lambda (reducer result element)
         (if (and dropping (pred element))
             result
             (begin
               (set! dropping #f)
               (reducer result element))))))))

;;> (ttake-while pred [last])
;;> Ends at the first element for which pred is false; (last result element) makes the
;;> final result of it.
(define ttake-while
  (case-lambda
    ((pred) (ttake-while pred (lambda (result element) result)))
    ((pred last)
     (transducer
      (lambda ()
        (let ((taking #t))
          (lambda (reducer result element)
            (if (and taking (pred element))
                (reducer result element)
                (begin
                  (set! taking #f)
                  (ensure-reduced (last result element)))))))))))

;;> (tconcatenate reducer)
;;> A transducer: each element is a list, whose elements go on one by one.
(define (tconcatenate reducer)
  (let ((inner (preserving-reduced reducer)))
    (case-lambda
      (() (reducer))
      ((result) (reducer result))
      ((result element) (list-reduce inner result element)))))

;;> (tappend-map proc)
;;> The elements of the list (proc element) go on one by one.
(define (tappend-map proc)
  (lambda (reducer) ((tmap proc) (tconcatenate reducer))))

;;> (tflatten reducer)
;;> A transducer: elements that are lists go on element by element, at any depth.
(define (tflatten reducer)
  (letrec ((flat
            (case-lambda
              (() (reducer))
              ((result) (reducer result))
              ((result element)
               (if (list? element)
                   (list-reduce (preserving-reduced flat) result element)
                   (reducer result element))))))
    flat))

;;> (tlog [proc])
;;> Calls (proc result element) on the way; without proc, writes the element.
(define (tlog 1 . proc)
  (let ((note (if (pair? proc)
                  (car proc)
                  (lambda (result element) (write element) (newline)))))
    (transducer
     (lambda ()
       (lambda (reducer result element)
         (note result element)
         (reducer result element))))))

;;> (tenumerate [start])
;;> Makes each element a pair: its number, counted from start or 0, and itself.
(define (tenumerate 1 . start)
  (transducer
   (lambda ()
     (let ((i (if (pair? start) (car start) 0)))
       (lambda (reducer result element)
         (let ((pair (cons i element)))
           (set! i (+ i 1))
           (reducer result pair)))))))

;;> (tdelete-duplicates [same?])
;;> Leaves out elements that were there before; same? is equal? if not given.
(define (tdelete-duplicates 1 . same?)
  (transducer
   (lambda ()
     (let ((seen (make-hash-table (if (pair? same?) (car same?) equal?))))
       (lambda (reducer result element)
         (if (hash-table-contains? seen element)
             result
             (begin
               (hash-table-set! seen element #t)
               (reducer result element))))))))

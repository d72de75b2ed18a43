;; The procedures of SRFI 127.

;;> (generator->lseq generator)
;;> A sequence of what the generator gives.
(define (generator->lseq generator)
  (let ((first (generator)))
    (if (eof-object? first) '() (cons first generator))))

;;> (lseq? obj)
;;> Whether obj is a list that ends with () or a procedure.
(define (lseq? obj)
  (cond ((null? obj) #t)
        ((pair? obj)
         (let loop ((rest (cdr obj)) (slow obj))
           (cond ((pair? rest)
                  (let ((rest (cdr rest)))
                    (if (pair? rest)
                        (let ((slow (cdr slow)))
                          (and (not (eq? rest slow)) (loop (cdr rest) slow)))
                        (or (null? rest) (procedure? rest)))))
                 (else (or (null? rest) (procedure? rest))))))
        (else #f)))

;;> (lseq-car lseq)
;;> The first element.
(define (lseq-car lseq) (car lseq))

;;> (lseq-first lseq)
;;> The first element.
(define lseq-first lseq-car)

;;> (lseq-cdr lseq)
;;> The sequence without its first element; asks the generator when nothing is known.
(define (lseq-cdr lseq)
  (let ((rest (cdr lseq)))
    (if (procedure? rest)
        (let* ((next (rest))
               (rest (if (eof-object? next) '() (cons next rest))))
          (set-cdr! lseq rest)
          rest)
        rest)))

;;> (lseq-rest lseq)
;;> The sequence without its first element.
(define lseq-rest lseq-cdr)

;;> (lseq-drop lseq k)
;;> The sequence without its first k elements.
(define (lseq-drop lseq k)
  (if (= k 0) lseq (lseq-drop (lseq-cdr lseq) (- k 1))))

;;> (lseq-ref lseq k)
;;> Element k, counted from 0.
(define (lseq-ref lseq k) (lseq-car (lseq-drop lseq k)))

;;> (lseq->generator lseq)
;;> A generator of the elements.
(define (lseq->generator lseq)
  (lambda ()
    (if (null? lseq)
        (eof-object)
        (let ((first (lseq-car lseq)))
          (set! lseq (lseq-cdr lseq))
          first))))

;;> (lseq-realize lseq)
;;> Asks the generator to its end; the sequence, now a list.
(define (lseq-realize lseq)
  (let loop ((rest lseq))
    (if (pair? rest) (loop (lseq-cdr rest)) lseq)))

;;> (lseq-length lseq)
;;> The number of elements; asks the generator to its end.
(define (lseq-length lseq)
  (let loop ((rest lseq) (n 0))
    (if (pair? rest) (loop (lseq-cdr rest) (+ n 1)) n)))

;;> (lseq=? same? lseq ...)
;;> Whether neighbours have equally many elements, which are the same.
(define (lseq=? same? . lseqs)
  (define (both-same? a b)
    (cond ((null? a) (null? b))
          ((null? b) #f)
          (else (and (same? (lseq-car a) (lseq-car b))
                     (both-same? (lseq-cdr a) (lseq-cdr b))))))
  (or (null? lseqs)
      (let loop ((first (car lseqs)) (rest (cdr lseqs)))
        (or (null? rest)
            (and (both-same? first (car rest))
                 (loop (car rest) (cdr rest)))))))

;; A sequence of the values of (step), up to the end-of-file object.
(define (generated step) (generator->lseq step))

;;> (lseq-take lseq k)
;;> The first k elements.
(define (lseq-take lseq k)
  (generated
   (lambda ()
     (if (= k 0)
         (eof-object)
         (let ((first (lseq-car lseq)))
           (set! k (- k 1))
           (if (> k 0) (set! lseq (lseq-cdr lseq)))
           first)))))

;;> (lseq-append lseq ...)
;;> The elements of all, one after another.
(define (lseq-append . lseqs)
  (generated
   (lambda ()
     (let loop ()
       (cond ((null? lseqs) (eof-object))
             ((null? (car lseqs)) (set! lseqs (cdr lseqs)) (loop))
             (else
              (let* ((lseq (car lseqs)) (first (lseq-car lseq)))
                (set! lseqs (cons (lseq-cdr lseq) (cdr lseqs)))
                first)))))))

(define (any-null? lists) (or (null? lists) (memq '() lists)))

;;> (lseq-map proc lseq1 lseq2 ...)
;;> What proc makes of the elements, when they are asked for, up to the end of the
;;> shortest.
(define (lseq-map proc . lseqs)
  (generated
   (lambda ()
     (if (any-null? lseqs)
         (eof-object)
         (let ((firsts (map lseq-car lseqs)))
           (set! lseqs (map lseq-cdr lseqs))
           (apply proc firsts))))))

;;> (lseq-zip lseq1 lseq2 ...)
;;> Lists of the elements at the same places.
(define (lseq-zip . lseqs) (apply lseq-map list lseqs))

;;> (lseq-for-each proc lseq1 lseq2 ...)
;;> Calls proc with the elements, in order.
(define (lseq-for-each proc . lseqs)
  (if (not (any-null? lseqs))
      (begin
        (apply proc (map lseq-car lseqs))
        (apply lseq-for-each proc (map lseq-cdr lseqs)))))

;;> (lseq-filter pred lseq)
;;> The elements that pred is true of.
(define (lseq-filter pred lseq)
  (generated
   (lambda ()
     (let loop ()
       (if (null? lseq)
           (eof-object)
           (let ((first (lseq-car lseq)))
             (set! lseq (lseq-cdr lseq))
             (if (pred first) first (loop))))))))

;;> (lseq-remove pred lseq)
;;> The elements that pred is not true of.
(define (lseq-remove pred lseq)
  (lseq-filter (lambda (obj) (not (pred obj))) lseq))

;;> (lseq-find-tail pred lseq)
;;> The sequence from the first element on that pred is true of, or #f.
(define (lseq-find-tail pred lseq)
  (cond ((null? lseq) #f)
        ((pred (lseq-car lseq)) lseq)
        (else (lseq-find-tail pred (lseq-cdr lseq)))))

;;> (lseq-find pred lseq)
;;> The first element that pred is true of, or #f.
(define (lseq-find pred lseq)
  (let ((tail (lseq-find-tail pred lseq)))
    (and tail (lseq-car tail))))

;;> (lseq-take-while pred lseq)
;;> The elements before the first that pred is not true of.
(define (lseq-take-while pred lseq)
  (generated
   (lambda ()
     (if (and (pair? lseq) (pred (lseq-car lseq)))
         (let ((first (lseq-car lseq)))
           (set! lseq (lseq-cdr lseq))
           first)
         (begin (set! lseq '()) (eof-object))))))

;;> (lseq-drop-while pred lseq)
;;> The sequence from the first element on that pred is not true of.
(define (lseq-drop-while pred lseq)
  (if (and (pair? lseq) (pred (lseq-car lseq)))
      (lseq-drop-while pred (lseq-cdr lseq))
      lseq))

;;> (lseq-any pred lseq1 lseq2 ...)
;;> The first true value of pred, or #f.
(define (lseq-any pred . lseqs)
  (and (not (any-null? lseqs))
       (or (apply pred (map lseq-car lseqs))
           (apply lseq-any pred (map lseq-cdr lseqs)))))

;;> (lseq-every pred lseq1 lseq2 ...)
;;> The last value of pred when all are true, else #f.
(define (lseq-every pred . lseqs)
  (let loop ((lseqs lseqs) (last #t))
    (if (any-null? lseqs)
        last
        (let ((result (apply pred (map lseq-car lseqs))))
          (and result (loop (map lseq-cdr lseqs) result))))))

;;> (lseq-index pred lseq1 lseq2 ...)
;;> The place of the first elements that pred is true of, or #f.
(define (lseq-index pred . lseqs)
  (let loop ((lseqs lseqs) (k 0))
    (cond ((any-null? lseqs) #f)
          ((apply pred (map lseq-car lseqs)) k)
          (else (loop (map lseq-cdr lseqs) (+ k 1))))))

;;> (lseq-member obj lseq [same?])
;;> The sequence from the first element on that is the same as obj, or #f.
(define (lseq-member obj lseq 1 . same?)
  (let ((same? (if (pair? same?) (car same?) equal?)))
    (lseq-find-tail (lambda (element) (same? obj element)) lseq)))

;;> (lseq-memq obj lseq)
;;> The same by eq?.
(define (lseq-memq obj lseq) (lseq-member obj lseq eq?))

;;> (lseq-memv obj lseq)
;;> The same by eqv?.
(define (lseq-memv obj lseq) (lseq-member obj lseq eqv?))

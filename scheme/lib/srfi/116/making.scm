;; Making ilists, from lists and trees too; comparators.

;; The elements of a list in the opposite order, then tail.
(define (reversed-onto list tail)
  (if (null? list) tail (reversed-onto (cdr list) (ipair (car list) tail))))

;; The mutable list of the elements in the opposite order.
(define (reversed-list ilist)
  (let loop ((rest ilist) (list '()))
    (if (ipair? rest) (loop (icdr rest) (cons (icar rest) list)) list)))

(define (end-of list)
  (if (ipair? list) (end-of (icdr list)) list))

;; Refuses what has no end.
(define (check-finite who obj)
  (let loop ((fast obj) (slow obj))
    (if (and (pair? fast) (pair? (cdr fast)))
        (let ((fast (cddr fast)) (slow (cdr slow)))
          (if (and (pair? fast) (eq? fast slow))
              (%wrong-type who 1 "a list that ends" obj))
          (loop fast slow)))))

;;> (list->ilist list)
;;> An ilist of the elements; the end of an improper list stays.
(define (list->ilist list)
  (check-finite 'list->ilist list)
  (let loop ((rest list) (done '()))
    (if (pair? rest)
        (loop (cdr rest) (cons (car rest) done))
        (reversed-onto done rest))))

;;> (ilist->list ilist)
;;> A list of the elements.
(define (ilist->list ilist)
  (append (reverse (reversed-list ilist)) (end-of ilist)))

;;> (ilist obj ...)
;;> An ilist of the objects.
(define (ilist . objects) (list->ilist objects))

;;> (iq obj ...)
;;> An ilist of the data, which are not evaluated and whose pairs become immutable.
(define-syntax iq
  (syntax-rules ()
    ((_ . data) (tree->itree 'data))))

;;> (ipair* obj ... tail)
;;> The objects before tail.
(define (ipair* first . rest)
  (let ((reversed (reverse (cons first rest))))
    (reversed-onto (cdr reversed) (car reversed))))

;;> (make-ilist n [fill])
;;> An ilist of n times fill.
(define (make-ilist n 1 . fill)
  (ilist-tabulate n (lambda (k) (and (pair? fill) (car fill)))))

;;> (ilist-tabulate n proc)
;;> An ilist of what proc makes of 0 up to n.
(define (ilist-tabulate n proc)
  (if (not (and (exact-integer? n) (<= 0 n 1000000000000)))
      (%wrong-type 'ilist-tabulate 1 "a length" n))
  (let loop ((k (- n 1)) (list '()))
    (if (< k 0) list (loop (- k 1) (ipair (proc k) list)))))

;;> (ilist-copy ilist)
;;> An ilist of the same elements, with pairs of its own.
(define (ilist-copy list)
  (reversed-onto (reversed-list list) (end-of list)))

;;> (iiota count [start [step]])
;;> An ilist of numbers: start, or 0, and count - 1 more, each larger by step, or 1.
(define (iiota count 2 . start+step)
  (let ((start (if (pair? start+step) (car start+step) 0))
        (step (if (and (pair? start+step) (pair? (cdr start+step)))
                  (cadr start+step)
                  1)))
    (ilist-tabulate count (lambda (k) (+ start (* k step))))))

;;> (pair->ipair pair)
;;> An immutable pair of the same parts.
(define (pair->ipair pair) (ipair (car pair) (cdr pair)))

;;> (ipair->pair ipair)
;;> A pair of the same parts.
(define (ipair->pair pair) (cons (icar pair) (icdr pair)))

;;> (tree->itree obj)
;;> obj with immutable pairs for its pairs, and theirs.
(define (tree->itree obj)
  (check-finite 'tree->itree obj)
  (if (pair? obj)
      (let loop ((rest obj) (done '()))
        (if (pair? rest)
            (loop (cdr rest) (cons (tree->itree (car rest)) done))
            (reversed-onto done rest)))
      obj))

;;> (itree->tree obj)
;;> obj with pairs for its immutable pairs, and theirs.
(define (itree->tree obj)
  (if (ipair? obj)
      (cons (itree->tree (icar obj)) (itree->tree (icdr obj)))
      obj))

;;> (gtree->itree obj)
;;> obj with immutable pairs for its pairs, where it may have both kinds.
(define (gtree->itree obj)
  (check-finite 'gtree->itree obj)
  (cond ((pair? obj) (ipair (gtree->itree (car obj)) (gtree->itree (cdr obj))))
        ((ipair? obj)
         (ipair (gtree->itree (icar obj)) (gtree->itree (icdr obj))))
        (else obj)))

;;> (gtree->tree obj)
;;> obj with pairs for its immutable pairs, where it may have both kinds.
(define (gtree->tree obj)
  (check-finite 'gtree->tree obj)
  (cond ((pair? obj) (cons (gtree->tree (car obj)) (gtree->tree (cdr obj))))
        ((ipair? obj) (cons (gtree->tree (icar obj)) (gtree->tree (icdr obj))))
        (else obj)))

;;> (iapply proc obj ... ilist)
;;> Calls proc with the objects and the elements of the ilist.
(define (iapply proc . objects)
  (let ((reversed (reverse objects)))
    (apply proc
           (append (reverse (cdr reversed)) (ilist->list (car reversed))))))

;; ---- comparators

;;> (make-ipair-comparator car-comparator cdr-comparator)
;;> A comparator of immutable pairs, by their first and then their second part.
(define (make-ipair-comparator first second)
  (make-comparator
   (lambda (obj)
     (and (ipair? obj)
          (comparator-test-type first (icar obj))
          (comparator-test-type second (icdr obj))))
   (lambda (a b)
     (and (=? first (icar a) (icar b)) (=? second (icdr a) (icdr b))))
   (lambda (a b)
     (or (<? first (icar a) (icar b))
         (and (=? first (icar a) (icar b)) (<? second (icdr a) (icdr b)))))
   (lambda (pair)
     (modulo (+ (* 31 (comparator-hash first (icar pair)))
                (comparator-hash second (icdr pair)))
             33554393))))

;;> (make-icar-comparator comparator)
;;> A comparator of immutable pairs by their first part.
(define (make-icar-comparator comparator) (by-part comparator icar))

;;> (make-icdr-comparator comparator)
;;> A comparator of immutable pairs by their second part.
(define (make-icdr-comparator comparator) (by-part comparator icdr))

(define (by-part comparator part)
  (make-comparator
   (lambda (obj) (and (ipair? obj) (comparator-test-type comparator (part obj))))
   (lambda (a b) (=? comparator (part a) (part b)))
   (lambda (a b) (<? comparator (part a) (part b)))
   (lambda (pair) (comparator-hash comparator (part pair)))))

;;> (make-ilist-comparator comparator)
;;> A comparator of ilists, element by element.
(define (make-ilist-comparator comparator)
  (make-list-comparator comparator ilist? null? icar icdr))

;;> (make-improper-ilist-comparator comparator)
;;> A comparator of ilists of any end: () first, then pairs, then the rest.
(define (make-improper-ilist-comparator comparator)
  (define (rank obj) (cond ((null? obj) 0) ((ipair? obj) 1) (else 2)))
  (define (same? a b)
    (let ((rank-a (rank a)))
      (and (= rank-a (rank b))
           (case rank-a
             ((0) #t)
             ((1) (and (same? (icar a) (icar b)) (same? (icdr a) (icdr b))))
             (else (=? comparator a b))))))
  (define (less? a b)
    (let ((rank-a (rank a)) (rank-b (rank b)))
      (cond ((< rank-a rank-b) #t)
            ((> rank-a rank-b) #f)
            ((= rank-a 0) #f)
            ((= rank-a 2) (<? comparator a b))
            ((same? (icar a) (icar b)) (less? (icdr a) (icdr b)))
            (else (less? (icar a) (icar b))))))
  (define (hash obj)
    (case (rank obj)
      ((0) 0)
      ((1) (modulo (+ (* 31 (hash (icar obj))) (hash (icdr obj))) 33554393))
      (else (comparator-hash comparator obj))))
  (make-comparator (lambda (obj) #t) same? less? hash))

;;> ipair-comparator
;;> A comparator of immutable pairs with parts of any kind.
(define ipair-comparator
  (make-ipair-comparator (make-default-comparator) (make-default-comparator)))

;;> ilist-comparator
;;> A comparator of ilists with elements of any kind.
(define ilist-comparator (make-ilist-comparator (make-default-comparator)))

;; Lists of random access pairs.

;;> (rquote datum)
;;> The datum, with random access pairs for its pairs.
(define-syntax rquote
  (syntax-rules ()
    ((_ datum) (tree->rtree 'datum))))

(define (tree->rtree obj)
  (if (pair? obj)
      (let loop ((rest obj) (done '()))
        (if (pair? rest)
            (loop (cdr rest) (cons (tree->rtree (car rest)) done))
            (onto done rest)))
      obj))

;; The elements of a list in the opposite order, then tail.
(define (onto reversed tail)
  (if (null? reversed) tail (onto (cdr reversed) (rcons (car reversed) tail))))

;;> (rnull? obj)
;;> Whether obj is the empty list.
(define (rnull? obj) (null? obj))

;;> (rlist? obj)
;;> Whether obj is () or ends with it.
(define (rlist? obj)
  (if (rpair? obj) (rlist? (spine-rest obj)) (null? obj)))

;;> (rlist obj ...)
;;> A list of the objects.
(define (rlist . objects) (list->rlist objects))

;;> (list->rlist list)
;;> A list of random access pairs with the elements.
(define (list->rlist list) (onto (reverse list) '()))

;;> (rlist->list rlist)
;;> A list of the elements.
(define (rlist->list list)
  (let loop ((rest list) (done '()))
    (if (rpair? rest)
        (loop (rcdr rest) (cons (rcar rest) done))
        (append (reverse done) rest))))

;;> (make-rlist n [fill])
;;> A list of n times fill.
(define (make-rlist n 1 . fill)
  (if (not (and (exact-integer? n) (<= 0 n 1000000000000)))
      (%wrong-type 'make-rlist 1 "a length" n))
  (let ((fill (and (pair? fill) (car fill))))
    (let loop ((n n) (list '()))
      (if (= n 0) list (loop (- n 1) (rcons fill list))))))

;;> (rlength rlist)
;;> The number of elements.
(define (rlength list)
  (let loop ((rest list) (n 0))
    (cond ((rpair? rest) (loop (spine-rest rest) (+ n (spine-size rest))))
          ((null? rest) n)
          (else (%wrong-type 'rlength 1 "a random access list" list)))))

;;> (rappend rlist ... tail)
;;> The elements of all, one after another, then tail.
(define (rappend . lists)
  (if (null? lists)
      '()
      (let ((reversed (reverse lists)))
        (let loop ((rest (cdr reversed)) (result (car reversed)))
          (if (null? rest)
              result
              (loop (cdr rest)
                    (onto (reverse (rlist->list (car rest))) result)))))))

;;> (rreverse rlist)
;;> The elements in the opposite order.
(define (rreverse list)
  (let loop ((rest list) (result '()))
    (if (rpair? rest) (loop (rcdr rest) (rcons (rcar rest) result)) result)))

(define (too-large who k) (%out-of-range who 2 "an index of the list" k))

(define (check-index who k)
  (if (not (and (exact-integer? k) (>= k 0))) (too-large who k)))

;;> (rlist-tail rlist k)
;;> The list without its first k elements.
(define (rlist-tail list k)
  (check-index 'rlist-tail k)
  (let loop ((rest list) (left k))
    (cond ((= left 0) rest)
          ((not (rpair? rest)) (too-large 'rlist-tail k))
          ((>= left (spine-size rest))
           (loop (spine-rest rest) (- left (spine-size rest))))
          (else (loop (rcdr rest) (- left 1))))))

;;> (rlist-ref rlist k)
;;> Element k, counted from 0.
(define (rlist-ref list k)
  (check-index 'rlist-ref k)
  (let loop ((rest list) (left k))
    (cond ((not (rpair? rest)) (too-large 'rlist-ref k))
          ((< left (spine-size rest))
           (tree-ref (spine-tree rest) (spine-size rest) left))
          (else (loop (spine-rest rest) (- left (spine-size rest)))))))

;; The list with (proc element) in the place of element k.
(define (updated who list k proc)
  (check-index who k)
  (let loop ((rest list) (left k) (before '()))
    (cond ((not (rpair? rest)) (too-large who k))
          ((< left (spine-size rest))
           (let* ((tree (tree-update (spine-tree rest) (spine-size rest) left
                                     proc)))
             (let rebuild ((before before)
                           (result (make-spine (spine-size rest) tree
                                               (spine-rest rest))))
               (if (null? before)
                   result
                   (rebuild (cdr before)
                            (make-spine (spine-size (car before))
                                        (spine-tree (car before))
                                        result))))))
          (else
           (loop (spine-rest rest) (- left (spine-size rest))
                 (cons rest before))))))

;;> (rlist-set rlist k obj)
;;> The list with obj as element k.
(define (rlist-set list k obj)
  (updated 'rlist-set list k (lambda (old) obj)))

;;> (rlist-ref/update rlist k proc)
;;> Two values: element k, and the list with what proc makes of it in its place.
(define (rlist-ref/update list k proc)
  (let ((old (rlist-ref list k)))
    (values old (rlist-set list k (proc old)))))

;;> (rmap proc rlist1 rlist2 ...)
;;> A list of what proc makes of the elements.
(define (rmap proc . lists)
  (list->rlist (apply map proc (map rlist->list lists))))

;;> (rfor-each proc rlist1 rlist2 ...)
;;> Calls proc with the elements, in order.
(define (rfor-each proc . lists)
  (apply for-each proc (map rlist->list lists)))

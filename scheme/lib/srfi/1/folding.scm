;; Folding and unfolding, and mapping beyond (fermata list).

;;> (unfold stop? mapper successor seed [make-tail])
;;> A list of (mapper seed) for seed, (successor seed) and so on up to the one for
;;> which stop? is true; its tail is (make-tail that-seed), or ().
(define (unfold stop? mapper successor seed 1 . make-tail)
  (let loop ((seed seed) (results '()))
    (if (stop? seed)
        (append-reverse results
                        (if (pair? make-tail) ((car make-tail) seed) '()))
        (let ((result (mapper seed)))
          (loop (successor seed) (cons result results))))))

;;> (unfold-right stop? mapper successor seed [tail])
;;> The same with the elements in the opposite order, in front of tail.
(define (unfold-right stop? mapper successor seed 1 . tail)
  (let loop ((seed seed) (results (if (pair? tail) (car tail) '())))
    (if (stop? seed)
        results
        (loop (successor seed) (cons (mapper seed) results)))))

;; The lists, or #f when one of them is at its end.
(define (%all-pairs lists)
  (and (every pair? lists) lists))

;;> (pair-fold proc init list1 list2 ...)
;;> Like fold, with the pairs of the lists in the place of their elements. proc may
;;> change the cdr of its pair.
(define (pair-fold proc init list1 . lists)
  (if (null? lists)
      (let loop ((pair list1) (result init))
        (if (null-list? pair)
            result
            (let ((next (cdr pair)))
              (loop next (proc pair result)))))
      (let loop ((pairs (cons list1 lists)) (result init))
        (if (%all-pairs pairs)
            (let ((next (map cdr pairs)))
              (loop next (apply proc (append pairs (list result)))))
            result))))

;;> (pair-fold-right proc init list1 list2 ...)
;;> Like fold-right, with the pairs of the lists in the place of their elements.
(define (pair-fold-right proc init list1 . lists)
  (if (every circular-list? (cons list1 lists))
      (%wrong-type 'pair-fold-right 3 "a list with an end" list1))
  (let gather ((pairs (cons list1 lists)) (all '()))
    (if (%all-pairs pairs)
        (gather (map cdr pairs) (cons pairs all))
        (let loop ((rest all) (result init))
          (if (pair? rest)
              (loop (cdr rest)
                    (apply proc (append (car rest) (list result))))
              result)))))

;;> (pair-for-each proc list1 list2 ...)
;;> Like for-each, with the pairs of the lists in the place of their elements.
(define (pair-for-each proc list1 . lists)
  (if (not (any list? (cons list1 lists)))
      (%wrong-type 'pair-for-each 2 "a proper list" list1))
  (let loop ((pairs (cons list1 lists)))
    (if (%all-pairs pairs)
        (let ((next (map cdr pairs)))
          (apply proc pairs)
          (loop next)))))

;;> (map-in-order proc list1 list2 ...)
;;> The same as map, which goes from left to right here anyway.
(define (map-in-order proc list1 . lists) (apply map proc list1 lists))

;;> (map! proc list1 list2 ...)
;;> Like map; may change list1.
(define (map! proc list1 . lists) (apply map proc list1 lists))

;;> (append-map! proc list1 list2 ...)
;;> Like append-map; may change the lists that proc returns.
(define (append-map! proc list1 . lists)
  (apply append-map proc list1 lists))

;; The four kinds of values.

;;> (just? obj)
;;> Whether obj is a Just.
(define-record-type just-values (make-just payload) just? (payload just-payload))

(define-record-type nothing-value (make-nothing) nothing?)

;;> (left? obj)
;;> Whether obj is a Left.
(define-record-type left-values (list->left payload) left? (payload left-payload))

;;> (right? obj)
;;> Whether obj is a Right.
(define-record-type right-values (list->right payload) right?
  (payload right-payload))

(define the-nothing (make-nothing))

;;> (nothing)
;;> Nothing, the one and only.
(define (nothing) the-nothing)

;;> (nothing? obj)
;;> Whether obj is Nothing.

;;> (just obj ...)
;;> A Just with that payload.
(define (just . payload) (make-just payload))
;;> (left obj ...)
;;> A Left with that payload.
(define (left . payload) (list->left payload))
;;> (right obj ...)
;;> A Right with that payload.
(define (right . payload) (list->right payload))
;;> (list->just list)
;;> A Just whose payload are the elements of list.
(define (list->just list) (make-just list))
;;> (list->left list)
;;> A Left whose payload are the elements of list.
;;
;;> (list->right list)
;;> A Right whose payload are the elements of list.

;;> (maybe? obj)
;;> Whether obj is Nothing or a Just.
(define (maybe? obj) (or (just? obj) (nothing? obj)))
;;> (either? obj)
;;> Whether obj is a Left or a Right.
(define (either? obj) (or (left? obj) (right? obj)))

(define (check-maybe who obj)
  (if (not (maybe? obj))
      (error (string-append who ": a Maybe is wanted, got") obj)))
(define (check-either who obj)
  (if (not (either? obj))
      (error (string-append who ": an Either is wanted, got") obj)))

;; What the values of an Either are, whichever side it is.
(define (either-payload either)
  (if (left? either) (left-payload either) (right-payload either)))

;;> (maybe->either maybe obj ...)
;;> A Right with the payload of a Just; for Nothing a Left of the objects.
(define (maybe->either maybe . payload)
  (check-maybe "maybe->either" maybe)
  (if (just? maybe)
      (list->right (just-payload maybe))
      (list->left payload)))

;;> (either->maybe either)
;;> A Just with the payload of a Right; Nothing for a Left.
(define (either->maybe either)
  (check-either "either->maybe" either)
  (if (right? either) (make-just (right-payload either)) the-nothing))

;;> (either-swap either)
;;> A Left of a Right, a Right of a Left, with the same payload.
(define (either-swap either)
  (check-either "either-swap" either)
  (if (left? either)
      (list->right (left-payload either))
      (list->left (right-payload either))))

(define (same-payload? same? a b)
  (and (= (length a) (length b))
       (let loop ((a a) (b b))
         (or (null? a)
             (and (same? (car a) (car b))
                  (loop (cdr a) (cdr b)))))))

(define (all-same? same? first rest)
  (let loop ((rest rest))
    (or (null? rest)
        (and (same? first (car rest))
             (loop (cdr rest))))))

(define (equality-of equal)
  (if (comparator? equal) (comparator-equality-predicate equal) equal))

;;> (maybe= equal maybe1 maybe2 ...)
;;> Whether they are of one kind, with payloads that are the same by equal, an equality
;;> or a comparator.
(define (maybe= equal maybe . maybes)
  (check-maybe "maybe=" maybe)
  (all-same? (lambda (a b)
               (check-maybe "maybe=" b)
               (if (just? a)
                   (and (just? b)
                        (same-payload? (equality-of equal) (just-payload a)
                                       (just-payload b)))
                   (nothing? b)))
             maybe maybes))

;;> (either= equal either1 either2 ...)
;;> The same for Eithers.
(define (either= equal either . eithers)
  (check-either "either=" either)
  (all-same? (lambda (a b)
               (check-either "either=" b)
               (and (eq? (left? a) (left? b))
                    (same-payload? (equality-of equal) (either-payload a)
                                   (either-payload b))))
             either eithers))

;; Other ways to say that a value is missing: an empty list, #f, an end-of-file object,
;; no values.

;;> (maybe->list maybe)
;;> The payload of a Just as a list; () for Nothing.
(define (maybe->list maybe)
  (check-maybe "maybe->list" maybe)
  (if (just? maybe) (just-payload maybe) '()))

;;> (either->list either)
;;> The payload of either side as a list.
(define (either->list either)
  (check-either "either->list" either)
  (either-payload either))

;;> (list->maybe list)
;;> Nothing for (), otherwise a Just of the elements.
(define (list->maybe list)
  (if (null? list) the-nothing (make-just list)))

;;> (list->either list obj ...)
;;> A Left of the objects for (), otherwise a Right of the elements.
(define (list->either list . payload)
  (if (null? list) (list->left payload) (list->right list)))

;;> (maybe->truth maybe)
;;> The one value of a Just; #f for Nothing.
(define (maybe->truth maybe)
  (check-maybe "maybe->truth" maybe)
  (and (just? maybe) (single "maybe->truth" (just-payload maybe))))

;;> (either->truth either)
;;> The one value of a Right; #f for a Left.
(define (either->truth either)
  (check-either "either->truth" either)
  (and (right? either) (single "either->truth" (right-payload either))))

;;> (truth->maybe obj)
;;> Nothing for #f, otherwise a Just of obj.
(define (truth->maybe obj)
  (if obj (just obj) the-nothing))

;;> (truth->either obj1 obj2 ...)
;;> A Left of the other objects if obj1 is #f, otherwise a Right of obj1.
(define (truth->either obj . payload)
  (if obj (right obj) (list->left payload)))

;;> (maybe->list-truth maybe)
;;> The payload of a Just as a list; #f for Nothing.
(define (maybe->list-truth maybe)
  (check-maybe "maybe->list-truth" maybe)
  (and (just? maybe) (just-payload maybe)))

;;> (either->list-truth either)
;;> The payload of a Right as a list; #f for a Left.
(define (either->list-truth either)
  (check-either "either->list-truth" either)
  (and (right? either) (right-payload either)))

;;> (list-truth->maybe list)
;;> Nothing for #f, otherwise a Just of the elements.
(define (list-truth->maybe list)
  (if list (make-just list) the-nothing))

;;> (list-truth->either list obj ...)
;;> A Left of the objects for #f, otherwise a Right of the elements.
(define (list-truth->either list . payload)
  (if list (list->right list) (list->left payload)))

;;> (maybe->generation maybe)
;;> The one value of a Just; an end-of-file object for Nothing.
(define (maybe->generation maybe)
  (check-maybe "maybe->generation" maybe)
  (if (just? maybe)
      (single "maybe->generation" (just-payload maybe))
      (eof-object)))

;;> (either->generation either)
;;> The one value of a Right; an end-of-file object for a Left.
(define (either->generation either)
  (check-either "either->generation" either)
  (if (right? either)
      (single "either->generation" (right-payload either))
      (eof-object)))

;;> (generation->maybe obj)
;;> Nothing for an end-of-file object, otherwise a Just of obj.
(define (generation->maybe obj)
  (if (eof-object? obj) the-nothing (just obj)))

;;> (generation->either obj1 obj2 ...)
;;> A Left of the other objects if obj1 is an end-of-file object, otherwise a Right of
;;> obj1.
(define (generation->either obj . payload)
  (if (eof-object? obj) (list->left payload) (right obj)))

;;> (maybe->values maybe)
;;> The payload of a Just as values; none for Nothing.
(define (maybe->values maybe) (maybe-ref maybe values))

;;> (either->values either)
;;> The payload of a Right as values; none for a Left.
(define (either->values either)
  (either-ref either (lambda left (values))))

;;> (values->maybe producer)
;;> Nothing if producer returns no values, otherwise a Just of them.
(define (values->maybe producer)
  (list->maybe (call-with-values producer list)))

;;> (values->either producer obj ...)
;;> A Left of the objects if producer returns no values, otherwise a Right of them.
(define (values->either producer . payload)
  (apply list->either (call-with-values producer list) payload))

;;> (maybe->two-values maybe)
;;> Two values: that of a Just and #t, or #f and #f for Nothing.
(define (maybe->two-values maybe)
  (check-maybe "maybe->two-values" maybe)
  (if (just? maybe)
      (values (single "maybe->two-values" (just-payload maybe)) #t)
      (values #f #f)))

;;> (two-values->maybe producer)
;;> A Just of the first value that producer returns if the second is true, otherwise
;;> Nothing.
(define (two-values->maybe producer)
  (call-with-values producer
    (lambda (value there?)
      (if there? (just value) the-nothing))))

;;> (exception->either pred thunk)
;;> A Right of what thunk returns; a Left of what it raises if pred is true for that.
(define (exception->either pred thunk)
  (guard (problem ((pred problem) (left problem)))
    (call-with-values thunk right)))

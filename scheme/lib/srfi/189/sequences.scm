;; Maybe and Either as sequences of no or one payload.

;;> (maybe-length maybe)
;;> 1 for a Just, 0 for Nothing.
(define (maybe-length maybe)
  (check-maybe "maybe-length" maybe)
  (if (just? maybe) 1 0))

;;> (either-length either)
;;> 1 for a Right, 0 for a Left.
(define (either-length either)
  (check-either "either-length" either)
  (if (right? either) 1 0))

;;> (maybe-filter pred maybe)
;;> The Just if pred is true for its payload, otherwise Nothing.
(define (maybe-filter pred maybe)
  (check-maybe "maybe-filter" maybe)
  (if (and (just? maybe) (apply pred (just-payload maybe)))
      maybe
      the-nothing))

;;> (maybe-remove pred maybe)
;;> The Just if pred is false for its payload, otherwise Nothing.
(define (maybe-remove pred maybe)
  (maybe-filter (lambda payload (not (apply pred payload))) maybe))

;;> (either-filter pred either obj ...)
;;> The Right if pred is true for its payload, otherwise a Left of the objects.
(define (either-filter pred either . payload)
  (check-either "either-filter" either)
  (if (and (right? either) (apply pred (right-payload either)))
      either
      (list->left payload)))

;;> (either-remove pred either obj ...)
;;> The Right if pred is false for its payload, otherwise a Left of the objects.
(define (either-remove pred either . payload)
  (apply either-filter (lambda args (not (apply pred args))) either payload))

;; A container of Maybes (or Eithers) turned into one of containers: map is the
;; container's; leave is called with the first that ends it.
(define (sequence container map aggregator ends? payload wrap)
  (call-with-current-continuation
   (lambda (return)
     (wrap (list (map (lambda (item)
                        (if (ends? item)
                            (return item)
                            (apply aggregator (payload item))))
                      container))))))

;;> (maybe-sequence container map [aggregator])
;;> For a container of Justs a Just of the container of their payloads, each joined by
;;> aggregator, a list if not given; Nothing if one is in it. (map proc container) is the
;;> container's map.
(define (maybe-sequence container map 1 . aggregator)
  (sequence container map (if (pair? aggregator) (car aggregator) list)
            nothing? just-payload make-just))

;;> (either-sequence container map [aggregator])
;;> The same for Rights; the first Left if one is in it.
(define (either-sequence container map 1 . aggregator)
  (sequence container map (if (pair? aggregator) (car aggregator) list)
            left? right-payload list->right))

;; The values of proc as a list.
(define (results-of proc payload)
  (call-with-values (lambda () (apply proc payload)) list))

;;> (maybe-map proc maybe)
;;> A Just of what proc returns for the payload of a Just; Nothing for Nothing.
(define (maybe-map proc maybe)
  (check-maybe "maybe-map" maybe)
  (if (just? maybe)
      (make-just (results-of proc (just-payload maybe)))
      maybe))

;;> (either-map proc either)
;;> A Right of what proc returns for the payload of a Right; a Left as it is.
(define (either-map proc either)
  (check-either "either-map" either)
  (if (right? either)
      (list->right (results-of proc (right-payload either)))
      either))

;;> (maybe-for-each proc maybe)
;;> Calls proc on the payload of a Just, for its effects.
(define (maybe-for-each proc maybe)
  (check-maybe "maybe-for-each" maybe)
  (if (just? maybe) (apply proc (just-payload maybe))))

;;> (either-for-each proc either)
;;> Calls proc on the payload of a Right, for its effects.
(define (either-for-each proc either)
  (check-either "either-for-each" either)
  (if (right? either) (apply proc (right-payload either))))

;; (proc obj ... init)
(define (apply-and proc payload init)
  (apply proc (append payload (list init))))

;;> (maybe-fold proc init maybe)
;;> (proc obj ... init) for the payload of a Just; init for Nothing.
(define (maybe-fold proc init maybe)
  (check-maybe "maybe-fold" maybe)
  (if (just? maybe) (apply-and proc (just-payload maybe) init) init))

;;> (either-fold proc init either)
;;> (proc obj ... init) for the payload of a Right; init for a Left.
(define (either-fold proc init either)
  (check-either "either-fold" either)
  (if (right? either) (apply-and proc (right-payload either) init) init))

;; The successor's seeds must stop at once: there is room for one payload only.
(define (unfold who stop? mapper successor seeds wrap)
  (if (not (call-with-values (lambda () (apply successor seeds)) stop?))
      (error (string-append who ": stop? must be true for the second seeds")))
  (wrap (results-of mapper seeds)))

;;> (maybe-unfold stop? mapper successor seed ...)
;;> Nothing if stop? is true for the seeds, otherwise a Just of what mapper returns.
(define (maybe-unfold stop? mapper successor . seeds)
  (if (apply stop? seeds)
      the-nothing
      (unfold "maybe-unfold" stop? mapper successor seeds make-just)))

;;> (either-unfold stop? mapper successor seed ...)
;;> A Left of the seeds if stop? is true for them, otherwise a Right of what mapper
;;> returns.
(define (either-unfold stop? mapper successor . seeds)
  (if (apply stop? seeds)
      (list->left seeds)
      (unfold "either-unfold" stop? mapper successor seeds list->right)))

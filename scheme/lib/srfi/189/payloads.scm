;; Getting at payloads, and passing them on.

;;> (maybe-ref maybe failure [success])
;;> What success returns for the payload of a Just, or failure without arguments.
(define maybe-ref
  (case-lambda
    ((maybe failure) (maybe-ref maybe failure values))
    ((maybe failure success)
     (check-maybe "maybe-ref" maybe)
     (if (just? maybe)
         (apply success (just-payload maybe))
         (failure)))))

;;> (either-ref either failure [success])
;;> What success returns for the payload of a Right, or failure for that of a Left.
(define either-ref
  (case-lambda
    ((either failure) (either-ref either failure values))
    ((either failure success)
     (check-either "either-ref" either)
     (if (right? either)
         (apply success (right-payload either))
         (apply failure (left-payload either))))))

;;> (maybe-ref/default maybe obj ...)
;;> The payload of a Just as values, or the objects.
(define (maybe-ref/default maybe . default)
  (maybe-ref maybe (lambda () (apply values default))))

;;> (either-ref/default either obj ...)
;;> The payload of a Right as values, or the objects.
(define (either-ref/default either . default)
  (either-ref either (lambda left (apply values default))))

;; The only element of a payload.
(define (single who payload)
  (if (not (and (pair? payload) (null? (cdr payload))))
      (error (string-append who ": a payload of one value is wanted, got")
             payload))
  (car payload))

;;> (maybe-join maybe)
;;> The Maybe in a Just; Nothing for Nothing.
(define (maybe-join maybe)
  (check-maybe "maybe-join" maybe)
  (if (just? maybe)
      (let ((inner (single "maybe-join" (just-payload maybe))))
        (check-maybe "maybe-join" inner)
        inner)
      maybe))

;;> (either-join either)
;;> The Either in a Right; a Left as it is.
(define (either-join either)
  (check-either "either-join" either)
  (if (right? either)
      (let ((inner (single "either-join" (right-payload either))))
        (check-either "either-join" inner)
        inner)
      either))

;;> (maybe-bind maybe proc1 proc2 ...)
;;> Calls each procedure, which returns a Maybe, on the payload of the Just before, up to
;;> Nothing; the last Maybe.
(define (maybe-bind maybe proc . procs)
  (let loop ((maybe maybe) (procs (cons proc procs)))
    (check-maybe "maybe-bind" maybe)
    (if (or (null? procs) (nothing? maybe))
        maybe
        (loop (apply (car procs) (just-payload maybe)) (cdr procs)))))

;;> (either-bind either proc1 proc2 ...)
;;> The same with Rights, up to a Left.
(define (either-bind either proc . procs)
  (let loop ((either either) (procs (cons proc procs)))
    (check-either "either-bind" either)
    (if (or (null? procs) (left? either))
        either
        (loop (apply (car procs) (right-payload either)) (cdr procs)))))

;;> (maybe-compose proc1 proc2 ...)
;;> A procedure that calls the first on its arguments, and then goes on like maybe-bind.
(define (maybe-compose proc . procs)
  (lambda arguments
    (apply maybe-bind (make-just arguments) proc procs)))

;;> (either-compose proc1 proc2 ...)
;;> The same like either-bind.
(define (either-compose proc . procs)
  (lambda arguments
    (apply either-bind (list->right arguments) proc procs)))

;; Procedures that take or return several values.

;;> (list-values list)
;;> The elements as values.
(define (list-values list) (apply values list))

;;> (vector-values vector)
;;> The elements as values.
(define (vector-values vector) (apply values (vector->list vector)))

;;> (box-values box)
;;> What the box holds, as values.
(define (box-values box) (unbox box))

;;> (value k obj ...)
;;> Object k, counted from 0.
(define (value k . objects) (list-ref objects k))

;;> (identity obj ...)
;;> The objects as values.
(define identity values)

;;> (compose-left transducer ...)
;;> A procedure that gives its arguments to the first, the values of that to the next, and
;;> so on.
(define (compose-left . transducers)
  (lambda objects (apply bind/list objects transducers)))

;;> (compose-right transducer ...)
;;> The same, beginning with the last.
(define (compose-right . transducers)
  (apply compose-left (reverse transducers)))

;;> (map-values proc)
;;> A procedure that returns what proc makes of each of its arguments, as values.
(define (map-values proc)
  (lambda objects (apply values (map proc objects))))

;;> (bind/list list transducer ...)
;;> Gives the elements to the first transducer, the values of that to the next, and so on.
(define (bind/list list . transducers)
  (let loop ((objects list) (rest transducers))
    (cond ((null? rest) (apply values objects))
          ((null? (cdr rest)) (apply (car rest) objects))
          (else
           (call-with-values (lambda () (apply (car rest) objects))
                             (lambda results (loop results (cdr rest))))))))

;;> (bind/box box transducer ...)
;;> The same with what the box holds.
(define (bind/box box . transducers)
  (call-with-values (lambda () (unbox box))
                    (lambda objects (apply bind/list objects transducers))))

;;> (bind obj transducer ...)
;;> The same with the object.
(define (bind obj . transducers)
  (apply bind/list (list obj) transducers))

;; Making flexvectors, from other things too, and other things from them.

;;> (make-flexvector n [fill])
;;> A flexvector of n elements.
(define (make-flexvector n 1 . fill)
  (adopt (make-vector n (if (pair? fill) (car fill) #f))))

;;> (flexvector obj ...)
;;> A flexvector of the objects.
(define (flexvector . objects) (adopt (list->vector objects)))

;; The mapped seeds up to the one that stops, last first.
(define (unfolded stop? mapper successor seeds)
  (let loop ((seeds seeds) (results '()))
    (if (apply stop? seeds)
        results
        (let ((result (apply mapper seeds)))
          (loop (call-with-values (lambda () (apply successor seeds)) list)
                (cons result results))))))

;;> (flexvector-unfold stop? mapper successor seed ...)
;;> What mapper makes of the seeds, until stop? is true of them; successor gives the next.
(define (flexvector-unfold stop? mapper successor . seeds)
  (reverse-list->flexvector (unfolded stop? mapper successor seeds)))

;;> (flexvector-unfold-right stop? mapper successor seed ...)
;;> The same in the opposite order.
(define (flexvector-unfold-right stop? mapper successor . seeds)
  (list->flexvector (unfolded stop? mapper successor seeds)))

;;> (flexvector-copy flexvector [start [end]])
;;> A flexvector of the elements from start up to end.
(define (flexvector-copy flexvector 2 . start+end)
  (let-values (((start end) (range flexvector start+end)))
    (adopt (vector-copy (store flexvector) start end))))

;;> (flexvector-reverse-copy flexvector [start [end]])
;;> The same in the opposite order.
(define (flexvector-reverse-copy flexvector 2 . start+end)
  (flexvector-reverse! (apply flexvector-copy flexvector start+end)))

;;> (flexvector-append flexvector ...)
;;> The elements of all, one after another.
(define (flexvector-append . flexvectors)
  (flexvector-concatenate flexvectors))

;;> (flexvector-concatenate flexvectors)
;;> The elements of all in the list, one after another.
(define (flexvector-concatenate flexvectors)
  (adopt (apply vector-append (map elements flexvectors))))

;;> (flexvector-append-subvectors flexvector start end ...)
;;> The elements of the parts, one after another.
(define (flexvector-append-subvectors . arguments)
  (let loop ((rest arguments) (parts '()))
    (if (null? rest)
        (flexvector-concatenate (reverse parts))
        (loop (cdddr rest)
              (cons (flexvector-copy (car rest) (cadr rest) (caddr rest))
                    parts)))))

(define (cdddr list) (cdr (cddr list)))
(define (caddr list) (car (cddr list)))

;;> (flexvector->vector flexvector [start [end]])
;;> A vector of the elements.
(define (flexvector->vector flexvector 2 . start+end)
  (let-values (((start end) (range flexvector start+end)))
    (vector-copy (store flexvector) start end)))

;;> (flexvector->list flexvector [start [end]])
;;> A list of the elements.
(define (flexvector->list flexvector 2 . start+end)
  (vector->list (apply flexvector->vector flexvector start+end)))

;;> (reverse-flexvector->list flexvector [start [end]])
;;> A list of the elements in the opposite order.
(define (reverse-flexvector->list flexvector 2 . start+end)
  (reverse (apply flexvector->list flexvector start+end)))

;;> (flexvector->string flexvector [start [end]])
;;> A string of the elements, which are characters.
(define (flexvector->string flexvector 2 . start+end)
  (vector->string (apply flexvector->vector flexvector start+end)))

;;> (flexvector->generator flexvector)
;;> A generator of the elements.
(define (flexvector->generator flexvector)
  (let ((k 0))
    (lambda ()
      (if (< k (flexvector-length flexvector))
          (let ((obj (flexvector-ref flexvector k)))
            (set! k (+ k 1))
            obj)
          (eof-object)))))

;;> (vector->flexvector vector [start [end]])
;;> A flexvector of the elements.
(define (vector->flexvector vector 2 . start+end)
  (adopt (apply vector-copy vector start+end)))

;;> (list->flexvector list)
;;> A flexvector of the elements.
(define (list->flexvector list) (adopt (list->vector list)))

;;> (reverse-list->flexvector list)
;;> The same in the opposite order.
(define (reverse-list->flexvector list) (list->flexvector (reverse list)))

;;> (string->flexvector string [start [end]])
;;> A flexvector of the characters.
(define (string->flexvector string 2 . start+end)
  (adopt (apply string->vector string start+end)))

;;> (generator->flexvector generator)
;;> A flexvector of what the generator gives.
(define (generator->flexvector generator)
  (let ((result (flexvector)))
    (let loop ()
      (let ((obj (generator)))
        (if (eof-object? obj)
            result
            (begin (flexvector-add-back! result obj) (loop)))))))

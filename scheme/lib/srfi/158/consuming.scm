;; Getting at the values of generators.

;;> (generator->reverse-list generator [k])
;;> A list of the values, of at most k, last first.
(define (generator->reverse-list generator 1 . k)
  (let loop ((left (%option k 0 -1)) (values '()))
    (if (= left 0)
        values
        (let ((next (generator)))
          (if (eof-object? next)
              values
              (loop (- left 1) (cons next values)))))))

;;> (generator->list generator [k])
;;> A list of the values, of at most k.
(define (generator->list generator 1 . k)
  (reverse (apply generator->reverse-list generator k)))

;;> (generator->vector generator [k])
;;> A vector of the values, of at most k.
(define (generator->vector generator 1 . k)
  (reverse-list->vector (apply generator->reverse-list generator k)))

;;> (generator->vector! vector at generator)
;;> Puts the values into vector from at on, up to its end; how many there were.
(define (generator->vector! vector at generator)
  (let ((n (vector-length vector)))
    (if (not (and (exact-integer? at) (<= 0 at n)))
        (%out-of-range 'generator->vector! 2 "an index within the vector" at))
    (let loop ((i at))
      (if (= i n)
          (- i at)
          (let ((next (generator)))
            (if (eof-object? next)
                (- i at)
                (begin
                  (vector-set! vector i next)
                  (loop (+ i 1)))))))))

;;> (generator->string generator [k])
;;> A string of the characters, of at most k.
(define (generator->string generator 1 . k)
  (list->string (apply generator->list generator k)))

;;> (generator-fold proc init generator1 generator2 ...)
;;> (proc value ... so-far) from the first value on, starting with init.
(define (generator-fold proc init generator . generators)
  (if (null? generators)
      (let loop ((result init))
        (let ((next (generator)))
          (if (eof-object? next) result (loop (proc next result)))))
      (let ((generators (cons generator generators)))
        (let loop ((result init))
          (let ((all (%next-values generators)))
            (if all
                (loop (apply proc (append all (list result))))
                result))))))

;;> (generator-map->list proc generator1 generator2 ...)
;;> A list of what proc returns for the values.
(define (generator-map->list proc generator . generators)
  (generator->list (apply gmap proc generator generators)))

;;> (generator-for-each proc generator1 generator2 ...)
;;> Calls proc on the values, in order.
(define (generator-for-each proc generator . generators)
  (let ((generators (cons generator generators)))
    (let loop ()
      (let ((all (%next-values generators)))
        (if all
            (begin
              (apply proc all)
              (loop)))))))

;;> (generator-find pred generator)
;;> The first value for which pred is true, or #f.
(define (generator-find pred generator)
  (let ((found ((gfilter pred generator))))
    (if (eof-object? found) #f found)))

;;> (generator-count pred generator)
;;> For how many values pred is true.
(define (generator-count pred generator)
  (generator-fold (lambda (obj n) (if (pred obj) (+ n 1) n)) 0 generator))

;;> (generator-any pred generator)
;;> The first true value that pred returns, or #f.
(define (generator-any pred generator)
  (let loop ()
    (let ((next (generator)))
      (and (not (eof-object? next))
           (or (pred next) (loop))))))

;;> (generator-every pred generator)
;;> #f if pred returns it for some value, otherwise what it returned for the last one; #t
;;> if there are none.
(define (generator-every pred generator)
  (let loop ((last #t))
    (let ((next (generator)))
      (if (eof-object? next)
          last
          (let ((result (pred next)))
            (and result (loop result)))))))

;;> (generator-unfold generator unfold obj ...)
;;> What unfold makes of the generator's values: unfold takes stop?, mapper, successor and
;;> seed, and then the objects.
(define (generator-unfold generator unfold . objs)
  (apply unfold eof-object? (lambda (obj) obj) (lambda (obj) (generator))
         (generator) objs))

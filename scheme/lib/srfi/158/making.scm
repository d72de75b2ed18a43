;; Making generators.

(define %end (eof-object))

;; The optional argument number k of options, or default.
(define (%option options k default)
  (cond ((null? options) default)
        ((= k 0) (car options))
        (else (%option (cdr options) (- k 1) default))))

;;> (generator obj ...)
;;> A generator of the objects.
(define (generator . objs) (list->generator objs))

;;> (list->generator list)
;;> A generator of the elements.
(define (list->generator list)
  (lambda ()
    (if (null? list)
        %end
        (let ((next (car list)))
          (set! list (cdr list))
          next))))

;;> (circular-generator obj1 obj2 ...)
;;> A generator of the objects, over and over.
(define (circular-generator obj . objs)
  (let* ((all (cons obj objs)) (rest all))
    (lambda ()
      (if (null? rest) (set! rest all))
      (let ((next (car rest)))
        (set! rest (cdr rest))
        next))))

;;> (make-iota-generator count [start [step]])
;;> A generator of count numbers: start (0), start + step (1), and so on.
(define (make-iota-generator count 2 . options)
  (let ((start (%option options 0 0)) (step (%option options 1 1)) (i 0))
    (lambda ()
      (if (< i count)
          (let ((next (+ start (* i step))))
            (set! i (+ i 1))
            next)
          %end))))

;;> (make-range-generator start [end [step]])
;;> A generator of start, start + step (1), and so on before end, or without end.
(define (make-range-generator start 2 . options)
  (let ((end (%option options 0 #f)) (step (%option options 1 1)))
    (lambda ()
      (if (or (not end) (if (< step 0) (> start end) (< start end)))
          (let ((next start))
            (set! start (+ start step))
            next)
          %end))))

;;> (make-coroutine-generator proc)
;;> A generator of what proc passes to its argument yield. proc runs up to the next
;;> (yield obj) at each call.
(define (make-coroutine-generator proc)
  (let ((coroutine (%make-coroutine)))
    (define (yield obj) (%yield coroutine obj))
    (define (body ignored)
      (proc yield)
      (%coroutine-goes-on! coroutine (lambda (ignored) %end))
      %end)
    (define (keep rest obj)
      (%coroutine-goes-on! coroutine rest)
      obj)
    (define (capture obj)
      (%call-with-composable-continuation
       (lambda (rest)
         (%unwind-to-prompt coroutine)
         (%abort coroutine rest obj))
       coroutine))
    (%set-coroutine! coroutine body keep capture)
    (lambda () (%resume coroutine))))

;; From index start on by step until past.
(define (%indexed ref sequence start past step)
  (let ((i start))
    (lambda ()
      (if (= i past)
          %end
          (let ((next (ref sequence i)))
            (set! i (+ i step))
            next)))))

(define (%forward who ref sequence length options)
  (let ((start (%option options 0 0)) (end (%option options 1 length)))
    (%check-range who length start end)
    (%indexed ref sequence start end 1)))

(define (%check-range who length start end)
  (if (not (and (exact-integer? end) (<= 0 end length)))
      (%out-of-range who 3 "an index within the sequence" end))
  (if (not (and (exact-integer? start) (<= 0 start end)))
      (%out-of-range who 2 "an index before the end" start)))

;;> (vector->generator vector [start [end]])
;;> A generator of the elements from start up to end.
(define (vector->generator vector 2 . range)
  (%forward 'vector->generator vector-ref vector (vector-length vector) range))
;;> (reverse-vector->generator vector [start [end]])
;;> A generator of the elements from start up to end, last first.
(define (reverse-vector->generator vector 2 . range)
  (let ((start (%option range 0 0))
        (end (%option range 1 (vector-length vector))))
    (%check-range 'reverse-vector->generator (vector-length vector) start end)
    (%indexed vector-ref vector (- end 1) (- start 1) -1)))
;;> (string->generator string [start [end]])
;;> A generator of the characters from start up to end.
(define (string->generator string 2 . range)
  (%forward 'string->generator string-ref string (string-length string) range))
;;> (bytevector->generator bytevector [start [end]])
;;> A generator of the bytes from start up to end.
(define (bytevector->generator bytevector 2 . range)
  (%forward 'bytevector->generator bytevector-u8-ref bytevector
            (bytevector-length bytevector) range))

;;> (make-for-each-generator for-each)
;;> A procedure that makes a generator of the elements of a collection; for-each is the
;;> procedure that goes through one.
(define (make-for-each-generator for-each)
  (lambda (collection)
    (make-coroutine-generator (lambda (yield) (for-each yield collection)))))

;;> (make-unfold-generator stop? mapper successor seed)
;;> A generator of (mapper seed) for seed, (successor seed) and so on up to the one for
;;> which stop? is true.
(define (make-unfold-generator stop? mapper successor seed)
  (let ((done? #f))
    (lambda ()
      (if (or done? (stop? seed))
          (begin
            (set! done? #t)
            %end)
          (let ((next (mapper seed)))
            (set! seed (successor seed))
            next)))))

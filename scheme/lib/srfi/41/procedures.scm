;; Procedures of streams.  Arguments are checked when the procedure is called, not when
;; the stream is asked.

(define (%check-procedure who k obj)
  (if (not (procedure? obj)) (%wrong-type who k "a procedure" obj)))
(define (%check-count who k obj)
  (if (not (and (exact-integer? obj) (>= obj 0)))
      (%wrong-type who k "an exact non-negative integer" obj)))
(define (%check-all who k streams)
  (let loop ((rest streams) (k k))
    (if (pair? rest)
        (begin
          (%check who k (car rest))
          (loop (cdr rest) (+ k 1))))))

;;> (list->stream list)
;;> A stream of the elements.
(define (list->stream list)
  (if (not (list? list)) (%wrong-type 'list->stream 1 "a list" list))
  (stream-let loop ((rest list))
    (if (null? rest)
        stream-null
        (stream-cons (car rest) (loop (cdr rest))))))

;;> (port->stream [port])
;;> A stream of the port's characters, read when they are asked.
(define (port->stream 1 . port)
  (let ((port (if (pair? port) (car port) (current-input-port))))
    (stream-let loop ()
      (let ((char (read-char port)))
        (if (eof-object? char)
            stream-null
            (stream-cons char (loop)))))))

;;> (stream->list [n] stream)
;;> A list of the elements, of at most the first n.
(define (stream->list first 1 . rest)
  (let ((n (and (pair? rest) first))
        (stream (if (pair? rest) (car rest) first)))
    (if n (%check-count 'stream->list 1 n))
    (%check 'stream->list (if n 2 1) stream)
    (let loop ((n n) (stream stream) (elements '()))
      (if (or (eqv? n 0) (stream-null? stream))
          (reverse elements)
          (loop (and n (- n 1)) (stream-cdr stream)
                (cons (stream-car stream) elements))))))

;;> (stream-append stream ...)
;;> The elements of all streams, one after another.
(define (stream-append . streams)
  (%check-all 'stream-append 1 streams)
  (stream-let loop ((streams streams))
    (cond ((null? streams) stream-null)
          ((null? (cdr streams)) (car streams))
          ((stream-null? (car streams)) (loop (cdr streams)))
          (else
           (stream-cons (stream-car (car streams))
                        (loop (cons (stream-cdr (car streams))
                                    (cdr streams))))))))

;;> (stream-concat stream)
;;> The elements of the streams in a stream, one after another.
(define (stream-concat stream)
  (%check 'stream-concat 1 stream)
  (stream-let loop ((streams stream))
    (if (stream-null? streams)
        stream-null
        (stream-let inner ((elements (stream-car streams)))
          (if (stream-null? elements)
              (loop (stream-cdr streams))
              (stream-cons (stream-car elements)
                           (inner (stream-cdr elements))))))))

;;> (stream-constant obj ...)
;;> The objects, over and over.
(define (stream-constant . objs)
  (if (null? objs)
      stream-null
      (stream-let loop ((rest objs))
        (if (null? rest)
            (loop objs)
            (stream-cons (car rest) (loop (cdr rest)))))))

;;> (stream-drop n stream)
;;> The stream without its first n elements.
(define (stream-drop n stream)
  (%check-count 'stream-drop 1 n)
  (%check 'stream-drop 2 stream)
  (stream-let loop ((n n) (stream stream))
    (if (or (= n 0) (stream-null? stream))
        stream
        (loop (- n 1) (stream-cdr stream)))))

;;> (stream-drop-while pred stream)
;;> The stream from the first element on for which pred is false.
(define (stream-drop-while pred stream)
  (%check-procedure 'stream-drop-while 1 pred)
  (%check 'stream-drop-while 2 stream)
  (stream-let loop ((stream stream))
    (if (and (stream-pair? stream) (pred (stream-car stream)))
        (loop (stream-cdr stream))
        stream)))

;;> (stream-filter pred stream)
;;> The elements for which pred is true.
(define (stream-filter pred stream)
  (%check-procedure 'stream-filter 1 pred)
  (%check 'stream-filter 2 stream)
  (stream-let loop ((stream stream))
    (cond ((stream-null? stream) stream-null)
          ((pred (stream-car stream))
           (stream-cons (stream-car stream) (loop (stream-cdr stream))))
          (else (loop (stream-cdr stream))))))

;;> (stream-fold proc init stream)
;;> (proc so-far element) from the first element on, starting with init.
(define (stream-fold proc init stream)
  (%check-procedure 'stream-fold 1 proc)
  (%check 'stream-fold 3 stream)
  (let loop ((result init) (stream stream))
    (if (stream-null? stream)
        result
        (loop (proc result (stream-car stream)) (stream-cdr stream)))))

;;> (stream-for-each proc stream1 stream2 ...)
;;> Calls proc on the elements, in order, up to the end of the shortest stream.
(define (stream-for-each proc stream . streams)
  (%check-procedure 'stream-for-each 1 proc)
  (%check-all 'stream-for-each 2 (cons stream streams))
  (let loop ((streams (cons stream streams)))
    (if (not (any stream-null? streams))
        (begin
          (apply proc (map stream-car streams))
          (loop (map stream-cdr streams))))))

;;> (stream-from first [step])
;;> first, first + step, and so on without end; step is 1 if it is not given.
(define (stream-from first 1 . step)
  (let ((step (if (pair? step) (car step) 1)))
    (stream-let loop ((n first))
      (stream-cons n (loop (+ n step))))))

;;> (stream-iterate proc obj)
;;> obj, (proc obj), (proc (proc obj)), and so on without end.
(define (stream-iterate proc obj)
  (%check-procedure 'stream-iterate 1 proc)
  (stream-let loop ((obj obj))
    (stream-cons obj (loop (proc obj)))))

;;> (stream-length stream)
;;> The number of elements.
(define (stream-length stream)
  (%check 'stream-length 1 stream)
  (stream-fold (lambda (n element) (+ n 1)) 0 stream))

;;> (stream-map proc stream1 stream2 ...)
;;> What proc returns for the elements, up to the end of the shortest stream.
(define (stream-map proc stream . streams)
  (%check-procedure 'stream-map 1 proc)
  (%check-all 'stream-map 2 (cons stream streams))
  (stream-let loop ((streams (cons stream streams)))
    (if (any stream-null? streams)
        stream-null
        (stream-cons (apply proc (map stream-car streams))
                     (loop (map stream-cdr streams))))))

;;> (stream-range first past [step])
;;> first, first + step, and so on before past; step is 1 or -1 if it is not given.
(define (stream-range first past 1 . step)
  (let* ((step (cond ((pair? step) (car step))
                     ((< first past) 1)
                     (else -1)))
         (more? (if (< 0 step) < >)))
    (stream-let loop ((n first))
      (if (more? n past)
          (stream-cons n (loop (+ n step)))
          stream-null))))

;;> (stream-ref stream n)
;;> Element n of the stream, counted from 0.
(define (stream-ref stream n)
  (%check 'stream-ref 1 stream)
  (%check-count 'stream-ref 2 n)
  (let loop ((rest stream) (k n))
    (cond ((stream-null? rest)
           (%out-of-range 'stream-ref 2 "an index within the stream" n))
          ((= k 0) (stream-car rest))
          (else (loop (stream-cdr rest) (- k 1))))))

;;> (stream-reverse stream)
;;> The elements, last first.
(define (stream-reverse stream)
  (%check 'stream-reverse 1 stream)
  (stream-let loop ((stream stream) (result stream-null))
    (if (stream-null? stream)
        result
        (loop (stream-cdr stream) (stream-cons (stream-car stream) result)))))

;;> (stream-scan proc init stream)
;;> What a fold with (proc so-far element) has before and after each element.
(define (stream-scan proc init stream)
  (%check-procedure 'stream-scan 1 proc)
  (%check 'stream-scan 3 stream)
  (stream-let loop ((result init) (stream stream))
    (if (stream-null? stream)
        (stream-cons result stream-null)
        (stream-cons result
                     (loop (proc result (stream-car stream))
                           (stream-cdr stream))))))

;;> (stream-take n stream)
;;> The first n elements.
(define (stream-take n stream)
  (%check-count 'stream-take 1 n)
  (%check 'stream-take 2 stream)
  (stream-let loop ((n n) (stream stream))
    (if (or (= n 0) (stream-null? stream))
        stream-null
        (stream-cons (stream-car stream)
                     (loop (- n 1) (stream-cdr stream))))))

;;> (stream-take-while pred stream)
;;> The elements before the first for which pred is false.
(define (stream-take-while pred stream)
  (%check-procedure 'stream-take-while 1 pred)
  (%check 'stream-take-while 2 stream)
  (stream-let loop ((stream stream))
    (if (and (stream-pair? stream) (pred (stream-car stream)))
        (stream-cons (stream-car stream) (loop (stream-cdr stream)))
        stream-null)))

;;> (stream-unfold mapper more? successor seed)
;;> (mapper seed) for seed, (successor seed) and so on as long as more? is true.
(define (stream-unfold mapper more? successor seed)
  (%check-procedure 'stream-unfold 1 mapper)
  (%check-procedure 'stream-unfold 2 more?)
  (%check-procedure 'stream-unfold 3 successor)
  (stream-let loop ((seed seed))
    (if (more? seed)
        (stream-cons (mapper seed) (loop (successor seed)))
        stream-null)))

;;> (stream-unfolds proc seed)
;;> Several streams at once: (proc seed) returns a new seed and, for each stream, a list
;;> of its next element, #f when it has none this time, or () when it ends.
(define (stream-unfolds proc seed)
  (%check-procedure 'stream-unfolds 1 proc)
  (let ((rounds (stream-let loop ((seed seed))
                  (call-with-values
                    (lambda () (proc seed))
                    (lambda (seed . results)
                      (stream-cons results (loop seed)))))))
    (define (stream-number k)
      (stream-let loop ((rounds rounds))
        (let ((result (list-ref (stream-car rounds) k)))
          (cond ((pair? result)
                 (stream-cons (car result) (loop (stream-cdr rounds))))
                (result stream-null)
                (else (loop (stream-cdr rounds)))))))
    (apply values
           (map stream-number (iota (length (stream-car rounds)))))))

;;> (stream-zip stream1 stream2 ...)
;;> The lists of first elements, of second elements and so on.
(define (stream-zip stream . streams)
  (%check-all 'stream-zip 1 (cons stream streams))
  (apply stream-map list stream streams))

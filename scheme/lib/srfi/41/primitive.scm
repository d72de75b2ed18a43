;; What a stream is.

;;> (stream? obj)
;;> Whether obj is a stream.
(define-record-type <stream>
  (%make-stream promise)
  stream?
  (promise %promise))

(define-record-type <stream-pair>
  (%make-stream-pair head tail)
  %stream-pair?
  (head %head)   ; promise of the element
  (tail %tail))  ; stream

(define (%check who k stream)
  (if (not (stream? stream))
      (%wrong-type who k "a stream" stream)))

;; (%lazy expression): a stream that is the one that the expression gives.
(define-syntax %lazy
  (syntax-rules ()
    ((_ expression)
     (%make-stream (delay-force (%promise-of expression))))))

(define (%promise-of stream)
  (if (stream? stream)
      (%promise stream)
      (error "the rest of a stream, or a stream's procedure, must be a stream, got"
             stream)))

;;> stream-null
;;> The empty stream.
(define stream-null (%make-stream (make-promise '())))

;;> (stream-cons object stream)
;;> A stream of the object and then those of stream; neither is evaluated before it is
;;> asked.
(define-syntax stream-cons
  (syntax-rules ()
    ((_ object stream)
     (%make-stream
      (make-promise (%make-stream-pair (delay object) (%lazy stream)))))))

;;> (stream-null? obj)
;;> Whether obj is an empty stream.
(define (stream-null? obj)
  (and (stream? obj) (null? (force (%promise obj)))))

;;> (stream-pair? obj)
;;> Whether obj is a stream with elements.
(define (stream-pair? obj)
  (and (stream? obj) (%stream-pair? (force (%promise obj)))))

(define (%pair-of who stream)
  (%check who 1 stream)
  (let ((pair (force (%promise stream))))
    (if (null? pair)
        (%wrong-type who 1 "a stream with elements" stream)
        pair)))

;;> (stream-car stream)
;;> The first element.
(define (stream-car stream) (force (%head (%pair-of 'stream-car stream))))

;;> (stream-cdr stream)
;;> The stream without its first element.
(define (stream-cdr stream) (%tail (%pair-of 'stream-cdr stream)))

;;> (stream-lambda formals body ...)
;;> A procedure that returns a stream; the body is evaluated when that is asked.
(define-syntax stream-lambda
  (syntax-rules ()
    ((_ formals . body)
     (lambda formals (%lazy (let () . body))))))

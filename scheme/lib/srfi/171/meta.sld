;; SRFI 171: what transducers and sources of elements are written with.
(define-library (srfi 171 meta)
  (export reduced reduced? unreduce ensure-reduced preserving-reduced
          list-reduce vector-reduce string-reduce bytevector-u8-reduce
          port-reduce generator-reduce)
  (import (scheme base))
  (begin

    ;;> (reduced obj)
    ;;> A result that asks for no more elements.
    ;;
    ;;> (reduced? obj)
    ;;> Whether obj is such a result.
    ;;
    ;;> (unreduce reduced)
    ;;> The result itself.
    (define-record-type reduced-result
      (reduced value)
      reduced?
      (value unreduce))

    ;;> (ensure-reduced obj)
    ;;> obj if it is a reduced result, otherwise (reduced obj).
    (define (ensure-reduced obj)
      (if (reduced? obj) obj (reduced obj)))

    ;;> (preserving-reduced reducer)
    ;;> A reducer for the inner one of two loops: a reduced result ends the outer one too.
    (define (preserving-reduced reducer)
      (lambda (result element)
        (let ((result (reducer result element)))
          (if (reduced? result) (reduced result) result))))

    ;; Feeds the elements of a sequence with indexes.
    (define (indexed-reduce proc init sequence length ref)
      (let ((n (length sequence)))
        (let loop ((i 0) (result init))
          (cond ((reduced? result) (unreduce result))
                ((= i n) result)
                (else
                 (loop (+ i 1) (proc result (ref sequence i))))))))

    ;;> (list-reduce proc init list)
    ;;> (proc so-far element) for the elements, starting with init, up to a reduced result.
    (define (list-reduce proc init list)
      (let loop ((rest list) (result init))
        (cond ((reduced? result) (unreduce result))
              ((null? rest) result)
              (else (loop (cdr rest) (proc result (car rest)))))))

    ;;> (vector-reduce proc init vector)
    ;;> The same for the elements of a vector.
    (define (vector-reduce proc init vector)
      (indexed-reduce proc init vector vector-length vector-ref))

    ;;> (string-reduce proc init string)
    ;;> The same for the characters of a string.
    (define (string-reduce proc init string)
      (indexed-reduce proc init string string-length string-ref))

    ;;> (bytevector-u8-reduce proc init bytevector)
    ;;> The same for the bytes of a bytevector.
    (define (bytevector-u8-reduce proc init bytevector)
      (indexed-reduce proc init bytevector
                      bytevector-length bytevector-u8-ref))

    ;;> (generator-reduce proc init generator)
    ;;> The same for what a generator gives up to the end-of-file object.
    (define (generator-reduce proc init generator)
      (let loop ((result init))
        (if (reduced? result)
            (unreduce result)
            (let ((element (generator)))
              (if (eof-object? element)
                  result
                  (loop (proc result element)))))))

    ;;> (port-reduce proc init reader port)
    ;;> The same for what (reader port) gives.
    (define (port-reduce proc init reader port)
      (generator-reduce proc init (lambda () (reader port))))))

;; Accumulators.

;;> (make-accumulator proc init finish)
;;> An accumulator: (proc value so-far) for each value, starting with init; the result is
;;> (finish so-far).
(define (make-accumulator proc init finish)
  (let ((state init))
    (lambda (obj)
      (if (eof-object? obj)
          (finish state)
          (set! state (proc obj state))))))

(define (%same obj) obj)

;;> (count-accumulator)
;;> An accumulator whose result is the number of values.
(define (count-accumulator)
  (make-accumulator (lambda (obj n) (+ n 1)) 0 %same))
;;> (list-accumulator)
;;> An accumulator whose result is a list of the values.
(define (list-accumulator) (make-accumulator cons '() reverse))
;;> (reverse-list-accumulator)
;;> An accumulator whose result is a list of the values, last first.
(define (reverse-list-accumulator) (make-accumulator cons '() %same))
;;> (vector-accumulator)
;;> An accumulator whose result is a vector of the values.
(define (vector-accumulator)
  (make-accumulator cons '() reverse-list->vector))
;;> (reverse-vector-accumulator)
;;> An accumulator whose result is a vector of the values, last first.
(define (reverse-vector-accumulator)
  (make-accumulator cons '() list->vector))
;;> (string-accumulator)
;;> An accumulator whose result is a string of the characters.
(define (string-accumulator)
  (make-accumulator cons '()
                    (lambda (chars) (list->string (reverse chars)))))
;;> (sum-accumulator)
;;> An accumulator whose result is the sum of the numbers.
(define (sum-accumulator) (make-accumulator + 0 %same))
;;> (product-accumulator)
;;> An accumulator whose result is the product of the numbers.
(define (product-accumulator) (make-accumulator * 1 %same))

;; Puts values into sequence from index at on; the result is the sequence.
(define (%filling-accumulator put! sequence at)
  (make-accumulator (lambda (obj i)
                      (put! sequence i obj)
                      (+ i 1))
                    at
                    (lambda (i) sequence)))

;;> (vector-accumulator! vector at)
;;> An accumulator that puts the values into vector from at on; its result is vector.
(define (vector-accumulator! vector at)
  (%filling-accumulator vector-set! vector at))
;;> (bytevector-accumulator! bytevector at)
;;> An accumulator that puts bytes into bytevector from at on; its result is that.
(define (bytevector-accumulator! bytevector at)
  (%filling-accumulator bytevector-u8-set! bytevector at))
;;> (bytevector-accumulator)
;;> An accumulator whose result is a bytevector of the bytes.
(define (bytevector-accumulator)
  (make-accumulator cons '()
                    (lambda (bytes) (apply bytevector (reverse bytes)))))

;; Reducers, and feeding them.

;;> (rcons [result [element]])
;;> A reducer: a list of the elements.
(define rcons
  (case-lambda
    (() '())
    ((result) (reverse result))
    ((result element) (cons element result))))

;;> (reverse-rcons [result [element]])
;;> A reducer: a list of the elements, last first.
(define reverse-rcons
  (case-lambda
    (() '())
    ((result) result)
    ((result element) (cons element result))))

;;> (rcount [result [element]])
;;> A reducer: the number of elements.
(define rcount
  (case-lambda
    (() 0)
    ((result) result)
    ((result element) (+ 1 result))))

;;> (rany pred)
;;> A reducer: the first true value of pred for an element, or #f.
(define (rany pred)
  (case-lambda
    (() #f)
    ((result) result)
    ((result element)
     (let ((found (pred element)))
       (if found (reduced found) #f)))))

;;> (revery pred)
;;> A reducer: pred of the last element if it was true for all, otherwise #f.
(define (revery pred)
  (case-lambda
    (() #t)
    ((result) result)
    ((result element)
     (let ((found (and result (pred element))))
       (if found found (reduced #f))))))

;; A procedure (transducer reducer [init] source) on one of the reduce procedures.
(define (transduce-with reduce)
  (case-lambda
    ((transducer reducer source)
     (let ((reducer (transducer reducer)))
       (reducer (reduce reducer (reducer) source))))
    ((transducer reducer init source)
     (let ((reducer (transducer reducer)))
       (reducer (reduce reducer init source))))))

;;> (list-transduce transducer reducer [init] list)
;;> What the reducer, behind the transducer, makes of the elements of the list.
(define list-transduce (transduce-with list-reduce))

;;> (vector-transduce transducer reducer [init] vector)
;;> The same for the elements of a vector.
(define vector-transduce (transduce-with vector-reduce))

;;> (string-transduce transducer reducer [init] string)
;;> The same for the characters of a string.
(define string-transduce (transduce-with string-reduce))

;;> (bytevector-u8-transduce transducer reducer [init] bytevector)
;;> The same for the bytes of a bytevector.
(define bytevector-u8-transduce (transduce-with bytevector-u8-reduce))

;;> (generator-transduce transducer reducer [init] generator)
;;> The same for what a generator gives.
(define generator-transduce (transduce-with generator-reduce))

;;> (port-transduce transducer reducer [init] reader [port])
;;> The same for what (reader port) gives; the port goes with an init or without.
(define port-transduce
  (case-lambda
    ((transducer reducer reader)
     (generator-transduce transducer reducer reader))
    ((transducer reducer reader port)
     (generator-transduce transducer reducer (lambda () (reader port))))
    ((transducer reducer init reader port)
     (generator-transduce transducer reducer init
                          (lambda () (reader port))))))

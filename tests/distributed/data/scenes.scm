;; What the tests of peers by seed have in common: a bad network, see network.scm, flows by
;; number, each with up to three acts that are counted, and chance. To be included.
(include "network.scm")

(define acts #f)
(define (begin-seed! seed count)
  (set! random-source seed)
  (set! delayed '())
  (set! acts (make-vector (* 3 count) 0)))
(define (act! n which)
  (let ((i (+ (* 3 n) which))) (vector-set! acts i (+ 1 (vector-ref acts i)))))
(define (times-acted n which) (vector-ref acts (+ (* 3 n) which)))
(define (count-acts wrong?)   ; how many acts were done so many times
  (let loop ((rest (vector->list acts)) (found 0))
    (if (null? rest) found (loop (cdr rest) (if (wrong? (car rest)) (+ found 1) found)))))

(define-syntax at
  (syntax-rules () ((_ store body ...) (parameterize ((current-flow-store store)) body ...))))
(define (unless-refused thunk) (guard (e ((error-object? e) #f)) (thunk)))
(define (one-in n) (= 0 (random-below n)))

(define (name-of n) (string->symbol (string-append "t" (number->string n))))
(define (each-flow count visit)
  (do ((n 0 (+ n 1))) ((= n count)) (visit n (name-of n))))
(define (count-flows count good?)
  (let loop ((n 0) (found 0))
    (if (= n count) found (loop (+ n 1) (if (good? n (name-of n)) (+ found 1) found)))))
(define (ended? id) (memq (flow/status id) '(finished failed cancelled)))

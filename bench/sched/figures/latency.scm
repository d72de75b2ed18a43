;; A ticker of one millisecond beside natives with much to do: the longest time without a
;; tick, in milliseconds of processor time.
(import (scheme base) (scheme write) (scheme sort) (scheme regex) (fermata sched)
        (only (fermata builtins) runtime))

(define last #f)
(define longest 0)
(define (tick)
  (let ((now (runtime)))
    (if last (set! longest (max longest (- now last))))
    (set! last now))
  (task-sleep 0.001)
  (tick))
(task-spawn tick)

(define (measure name work)
  (set! last #f)
  (set! longest 0)
  (task-sleep 0.005)
  (work)
  (task-sleep 0.002)
  (display name)
  (display " ")
  (display (/ (round (* 1e4 longest)) 10))
  (newline))

(measure "bad-regexp"
         (lambda ()
           (regexp-search '(: (* (or "a" "aa" (: "a" (* "a")))) "b") (make-string 30000 #\a))))

(define text (make-string 50000000 #\a))
(measure "string-append" (lambda () (string-append text text)))
(define bytes (make-bytevector 50000000 1))
(measure "bytevector-append" (lambda () (bytevector-append bytes bytes)))
(measure "string->utf8" (lambda () (string->utf8 text)))
(measure "utf8->string" (lambda () (utf8->string bytes)))

(define n 1000000)
(define numbers (make-vector n 0))
(let fill ((i 0) (x 12345))
  (if (< i n)
      (begin
        (vector-set! numbers i x)
        (fill (+ i 1) (modulo (+ (* x 1103515245) 12345) 2147483648)))))
(measure "sort" (lambda () (vector-sort < numbers)))
(define same (vector-copy numbers))
(measure "equal?" (lambda () (equal? numbers same)))
;; Collections are a part of this one.
(measure "sort-by-procedure" (lambda () (vector-sort (lambda (a b) (< a b)) numbers)))

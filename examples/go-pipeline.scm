;; A pipeline in the manner of Go: numbers are generated, squared by three workers at a time,
;; merged, and added up, until a context says stop.
;;
;;   fermata run examples/go-pipeline.scm
(import (scheme base) (scheme write) (fermata go))

;; func gen(ctx, max) <-chan int
(define (generate ctx max)
  (let ((out (make-chan)))
    (go (with-defer ()
          (defer chan-close! out)
          (let loop ((n 1))
            (if (<= n max)
                (select ((send out n) (loop (+ n 1)))
                        ((recv (context-done ctx)) #f))))))
    out))

;; Squares what comes in, and sends it on until the context is done.
(define (squares ctx in)
  (let ((out (make-chan)))
    (go (with-defer ()
          (defer chan-close! out)
          (let loop ()
            (let-values (((n ok) (chan-recv/ok! in)))
              (if ok
                  (select ((send out (* n n)) (loop))
                          ((recv (context-done ctx)) #f)))))))
    out))

;; All that comes from the channels, on one; closed when all of them are.
(define (merge channels)
  (let ((out (make-chan)) (wg (make-wait-group)))
    (for-each
     (lambda (in)
       (wait-group-add! wg 1)
       (go (with-defer ()
             (defer wait-group-done! wg)
             (for-chan (n in) (chan-send! out n)))))
     channels)
    (go (begin
          (wait-group-wait! wg)
          (chan-close! out)))
    out))

(define-values (ctx cancel)
  (context-with-timeout background-context 10))

(define numbers (generate ctx 1000))
(define workers
  (list (squares ctx numbers) (squares ctx numbers) (squares ctx numbers)))

(define sum 0)
(for-chan (n (merge workers))
  (set! sum (+ sum n)))
(display "sum of the squares up to 1000: ")
(display sum)
(newline)

;; The same again, until somebody has enough.
(define-values (impatient stop)
  (context-with-cancel background-context))
(define endless (squares impatient (generate impatient 1000000000)))
(let loop ((taken 0))
  (if (< taken 5)
      (begin
        (display (chan-recv! endless))
        (display " ")
        (loop (+ taken 1)))))
(stop 'seen-enough)
(newline)
(display "stopped because of: ")
(display (context-cause impatient))
(newline)

;; A panic in a function is its caller's error.
(define (safe-divide a b)
  (with-defer ((result 0) (err #f))
    (defer (lambda ()
             (let ((problem (recover)))
               (if problem
                   (set! err (error-object-message problem))))))
    (set! result (quotient a b))))
(let-values (((result err) (safe-divide 1 0)))
  (display (list result err))
  (newline))

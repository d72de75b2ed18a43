;; Numbers through three squarers into one sum, a select that gives up, a context that is
;; cancelled: a pipeline of goroutines that tells its host what comes out.
(import (scheme base) (fermata go) (only (fermata sched) host-event!))

(define (tell . parts) (host-event! (apply string-append parts)))
(define (number n) (number->string n))

(define (generate n)
  (let ((out (make-chan)))
    (go (let loop ((i 1))
          (if (<= i n)
              (begin (chan-send! out i) (loop (+ i 1)))
              (chan-close! out))))
    out))
(define (squares in)
  (let ((out (make-chan 3)))
    (go (begin
          (for-chan (v in) (chan-send! out (* v v)))
          (chan-close! out)))
    out))
(define (merge inputs)
  (let ((out (make-chan)) (wg (make-wait-group)))
    (for-each (lambda (in)
                (wait-group-go! wg (lambda () (for-chan (v in) (chan-send! out v)))))
              inputs)
    (go (begin (wait-group-wait! wg) (chan-close! out)))
    out))

(define numbers (generate 500))
(define sum 0)
(for-chan (v (merge (list (squares numbers) (squares numbers) (squares numbers))))
  (set! sum (+ sum v)))
(tell "sum " (number sum))

(define quiet (make-chan))
(tell (select ((recv quiet v) "value") ((after 0.003) "late")))

(define-values (context cancel) (context-with-cancel background-context))
(define done (make-chan))
(for-each (lambda (name)
            (go (begin
                  (chan-recv! (context-done context))
                  (chan-send! done name))))
          '("one" "two" "three"))
(go-yield)
(cancel 'enough)
(tell "stopped " (chan-recv! done) " " (chan-recv! done) " " (chan-recv! done))

(tell (number (with-virtual-time
               (lambda ()
                 (let ((ticker (make-ticker 60)) (start (time-now)))
                   (chan-recv! (ticker-chan ticker))
                   (chan-recv! (ticker-chan ticker))
                   (ticker-stop! ticker)
                   (exact (round (- (time-now) start)))))))
      " seconds in no time")
(tell "end")

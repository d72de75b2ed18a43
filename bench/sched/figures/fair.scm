;; A hundred tasks that sleep for 10 ms again and again, beside one that never waits: by how
;; many milliseconds they are late, for a second of real time.
(import (scheme base) (scheme write) (scheme sort) (fermata sched))

(define period 10000000)
(define rounds 100)
(define late '())

(define spinner (task-spawn (lambda () (let loop () (loop)))))

(define (sleeper offset)
  (lambda ()
    (let loop ((i 0) (due (+ (clock-now-ns) offset)))
      (if (< i rounds)
          (begin
            (task-sleep (/ (- due (clock-now-ns)) 1e9))
            (set! late (cons (- (clock-now-ns) due) late))
            (loop (+ i 1) (+ due period)))))))

(define tasks
  (let make ((i 0) (tasks '()))
    (if (= i 100)
        tasks
        (make (+ i 1) (cons (task-spawn (sleeper (* (+ i 1) 100000))) tasks)))))
(for-each task-join tasks)
(task-cancel spinner 'enough)

(define sorted (list->vector (list-sort < late)))
(define (tell name share)
  (display name)
  (display " ")
  (display (/ (round (/ (vector-ref sorted (exact (floor (* share (- (vector-length sorted) 1))))) 1e4)) 100))
  (newline))
(tell "late-median" 0.5)
(tell "late-99%" 0.99)
(tell "late-most" 1)

;; A hundred tasks that sleep for 10 ms again and again, beside one that never waits: by how
;; many milliseconds they are late, for a second of real time.  While others have the processor
;; nobody here can be in time: late-most-cpu counts only what we used since it was last seen that
;; the sleeper was not yet due.
(import (scheme base) (scheme write) (scheme sort) (fermata sched) (only (fermata builtins) runtime))

(define period 10000000)
(define rounds 100)
(define late '())
(define late-cpu '())
(define seen '())  ; the newest first: (time . processor's time)
(define (look!) (set! seen (cons (cons (clock-now-ns) (* 1e9 (runtime))) seen)))

(define (used-since due)
  (let loop ((before seen))
    (cond ((null? before) 0)
          ((<= (caar before) due) (- (cdar seen) (cdar before)))
          (else (loop (cdr before))))))
(define (woken! due)
  (look!)
  (let ((now (caar seen)))
    (set! late (cons (- now due) late))
    (set! late-cpu (cons (min (- now due) (used-since due)) late-cpu))))

(define spinner
  (task-spawn (lambda ()
                (let loop ((i 0))
                  (if (< i 5000) (loop (+ i 1)) (begin (look!) (loop 0)))))))

(define (sleeper offset)
  (lambda ()
    (let loop ((i 0) (due (+ (clock-now-ns) offset)))
      (if (< i rounds)
          (begin
            (task-sleep (/ (- due (clock-now-ns)) 1e9))
            (woken! due)
            (loop (+ i 1) (+ (clock-now-ns) period)))))))

(define tasks
  (let make ((i 0) (tasks '()))
    (if (= i 100)
        tasks
        (make (+ i 1) (cons (task-spawn (sleeper (* (+ i 1) 100000))) tasks)))))
(for-each task-join tasks)
(task-cancel spinner 'enough)

(define (tell name times share)
  (let ((sorted (list->vector (list-sort < times))))
    (display name)
    (display " ")
    (display (/ (round (/ (vector-ref sorted (exact (floor (* share (- (vector-length sorted) 1))))) 1e4)) 100))
    (newline)))
(tell "late-median" late 0.5)
(tell "late-99%" late 0.99)
(tell "late-most" late 1)
(tell "late-most-cpu" late-cpu 1)

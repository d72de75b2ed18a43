;; Clocks and timers (K21, K22), schedulers within schedulers, traces (K34), reports (K24).
(import (scheme base) (scheme read) (scheme write) (scheme time) (fermata condition) (fermata sched) (srfi 64))

(test-begin "time")

(include "data/in_scheduler.scm")

(test-equal "K21 sleepers wake by time, those of one instant in the order they began"
  '(#t 10000)
  (in-scheduler
   (lambda ()
     (let ((woken 0) (last '(0 . -1)) (ordered #t))
       (repeat 10000
               (lambda (i)
                 (let ((seconds (+ 1 (modulo (* i 7919) 613))))
                   (task-spawn (lambda ()
                                 (task-sleep seconds)
                                 (set! woken (+ woken 1))
                                 (if (not (or (< (car last) seconds)
                                              (and (= (car last) seconds) (< (cdr last) i))))
                                     (set! ordered #f))
                                 (set! last (cons seconds i)))))))
       (settle)
       (task-sleep 1000)
       (list ordered woken)))))

(test-equal "K22 an hour of sleeps takes no time" '(3600. #t)
  (let ((start (current-jiffy)))
    (let ((slept (in-scheduler
                  (lambda ()
                    (let ((start (clock-now)))
                      (repeat 3600 (lambda (i) (task-sleep 1)))
                      (- (clock-now) start))))))
      (list slept (< (/ (- (current-jiffy) start) (jiffies-per-second)) 1)))))

(test-equal "virtual clocks begin in 2000" 946684800. (in-scheduler clock-now))

(test-equal "sleeping no time, or less, returns at once" '(0. 0)
  (in-scheduler
   (lambda ()
     (let ((start (clock-now)))
       (task-sleep 0)
       (task-sleep -5)
       (list (- (clock-now) start) (cdr (assq 'timers (scheduler-stats))))))))

(test-equal "a manual clock moves when it is told to" '(blocked-at-first (1 2) (1 2 4))
  (let* ((s (make-scheduler 'clock 'manual)) (woken (collector)))
    (for-each (lambda (i) (task-spawn s (lambda () (task-sleep i) (woken i)))) '(4 2 1))
    (repeat 10 (lambda (i) (scheduler-step s)))
    (let ((first (if (null? (woken)) 'blocked-at-first 'wrong)))
      (clock-advance! s 3)
      (repeat 10 (lambda (i) (scheduler-step s)))
      (let ((second (woken)))
        (clock-advance! s 3)
        (repeat 10 (lambda (i) (scheduler-step s)))
        (list first second (woken))))))

(test-equal "settle waits until all others wait" '(1 2 3)
  (let ((seen (collector)))
    (in-scheduler
     (lambda ()
       (task-spawn (lambda () (seen 1) (task-yield) (seen 2) (task-sleep 1) (seen 'late)))
       (settle)
       (seen 3)
       (seen)))))

(test-error "a real clock cannot be moved" (clock-advance! (current-scheduler) 1))

;; ---- schedulers within schedulers

(test-equal "stepping: ran, idle, all-done, stuck" '(ran idle all-done stuck)
  (let ((one (make-scheduler 'clock 'manual)) (s (make-scheduler)) (stuck (make-scheduler)))
    (task-spawn one (lambda () (task-sleep 1)))
    (let* ((ran (scheduler-step one)) (idle (scheduler-step one)))
      (task-spawn stuck (lambda () (waitq-park! (make-waitq))))
      (scheduler-step stuck)
      (list ran idle (scheduler-step s) (scheduler-step stuck)))))

(test-equal "an outer task runs beside an inner scheduler" '(outer outer inner outer inner inner)
  (let ((seen (collector)))
    (let ((outer (task-spawn (lambda () (repeat 3 (lambda (i) (seen 'outer) (task-yield))))))
          (s (make-scheduler)))
      (task-spawn s (lambda () (repeat 3 (lambda (i) (seen 'inner) (task-yield)))))
      (task-yield)
      (scheduler-run s)
      (task-join outer)
      (seen))))

(test-equal "an inner task woken from outside goes on" '(all-done hello)
  (let* ((s (make-scheduler)) (q (make-waitq)) (t (task-spawn s (lambda () (waitq-park! q)))))
    (task-spawn (lambda () (task-sleep 0.001) (waitq-give! q 'hello)))
    (let ((how (scheduler-run s)))
      (list how (task-result t)))))

(test-equal "nobody can wake the inner tasks: the runner is told" 'stuck
  (let ((s (make-scheduler)))
    (task-spawn s (lambda () (waitq-park! (make-waitq))))
    (scheduler-run s)))

(test-equal "a hundred schedulers, each run by a task of the one above" 100
  (let nest ((depth 1))
    (let* ((s (make-scheduler))
           (t (task-spawn s (lambda () (if (= depth 100) depth (nest (+ depth 1)))))))
      (scheduler-run s)
      (task-result t))))

(test-equal "a real clock inside wakes the runner in time" '(all-done #t)
  (let ((s (make-scheduler)) (start (current-jiffy)))
    (task-spawn s (lambda () (task-sleep 0.02)))
    (let ((how (scheduler-run s)))
      (list how (<= 1/50 (/ (- (current-jiffy) start) (jiffies-per-second)))))))

(test-error "the current scheduler cannot be run" (scheduler-run (current-scheduler)))
(test-equal "nor can one above it" 'scheduler-error
  (let* ((s (make-scheduler)) (outer (current-scheduler))
         (t (task-spawn s (lambda () (guard (c (#t (condition-kind c))) (scheduler-run outer))))))
    (scheduler-run s)
    (task-result t)))

;; ---- policies, traces and replay

(define (list-copy-head l n)
  (if (= n 0) '() (cons (car l) (list-copy-head (cdr l) (- n 1)))))

(define (trace-of . options)
  (let ((s (apply make-scheduler 'clock 'virtual 'trace #t options)))
    (repeat 4 (lambda (i) (task-spawn s (lambda () (repeat 4 (lambda (j) (task-yield)))))))
    (scheduler-run s)
    (scheduler-trace s)))

(test-equal "round-robin takes turns" '(1 2 3 4 1 2 3 4) (list-copy-head (trace-of) 8))
(test-equal "K34 the same seed takes the same turns" (trace-of 'policy 'shuffle 'seed 5)
  (trace-of 'policy 'shuffle 'seed 5))
(test-assert "K34 another seed takes others"
  (not (equal? (trace-of 'policy 'shuffle 'seed 5) (trace-of 'policy 'shuffle 'seed 6))))

(test-equal "K34 a trace can be replayed, whatever the policy was" #t
  (let ((t (trace-of 'policy 'shuffle 'seed 9)))
    (equal? t (trace-of 'replay t))))

(test-equal "K34 a trace that was printed and read can be replayed" #t
  (let* ((t (trace-of 'policy 'shuffle 'seed 11))
         (out (open-output-string)))
    (write t out)
    (equal? t (trace-of 'replay (read (open-input-string (get-output-string out)))))))

(test-equal "K34 tasks that wait, wake and are cancelled: the same turns when replayed" #t
  (let ((run (lambda options
               (let* ((s (apply make-scheduler 'clock 'virtual 'trace #t 'on-error 'keep options))
                      (q (make-waitq)))
                 (repeat 6 (lambda (i)
                             (task-spawn s (lambda ()
                                             (if (even? i) (waitq-park! q) (task-sleep (- 10 i)))
                                             (task-yield)
                                             (waitq-give! q i)))))
                 (task-spawn s (lambda () (task-sleep 3) (task-cancel (car (scheduler-tasks)) 'no)))
                 (task-spawn s (lambda () (task-sleep 20) (waitq-give-all! q 'over)))
                 (scheduler-run s)
                 (scheduler-trace s)))))
    (let ((t (run 'policy 'shuffle 'seed 3)))
      (equal? t (run 'replay t)))))

(test-equal "fifo: gas does not end a turn" '(0 0 0 1 1 1)
  (let ((s (make-scheduler 'policy 'fifo 'gas 100)) (seen (collector)))
    (repeat 2 (lambda (i)
                (task-spawn s (lambda () (repeat 3 (lambda (j) (seen i) (repeat 500 (lambda (k) k))))))))
    (scheduler-run s)
    (seen)))

;; ---- reports

(define (has? text part)
  (let ((n (string-length part)))
    (let loop ((i 0))
      (and (<= (+ i n) (string-length text))
           (or (string=? (substring text i (+ i n)) part) (loop (+ i 1)))))))

(test-equal "K24 the report names tasks, what they wait for, where, who holds it, and circles"
  '(#t #t #t #t)
  (let ((s (make-scheduler)) (left (make-waitq 'left-fork)) (right (make-waitq 'right-fork)))
    (let ((a (task-spawn s (lambda () (waitq-park! right) 1) 'name 'anna))
          (b (task-spawn s (lambda () (waitq-park! left) 1) 'name 'bert)))
      (set-waitq-holder! left a)
      (set-waitq-holder! right b)
      (scheduler-run s)
      (let ((text (stuck-report s)))
        (map (lambda (part) (has? text part))
             '("anna waits for right-fork, held by task" "bert waits for left-fork" "time.scm:"
               "in a circle: task"))))))

(test-equal "a stuck main program finds a condition raised" 'stuck
  (guard (c (#t (condition-kind c))) (waitq-park! (make-waitq))))

(test-equal "programs are told their scheduler's time" '(946684800. 5000000000 946684805.)
  (in-scheduler
    (lambda ()
      (let ((second (current-second)) (jiffy (current-jiffy)))
        (task-sleep 5)
        (list second (- (current-jiffy) jiffy) (current-second))))))

(test-end "time")

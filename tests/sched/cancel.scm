;; Cancelling, shields, deadlines, scopes (K12 to K17).
(import (scheme base) (fermata condition) (fermata sched) (srfi 64))

(test-begin "cancel")

(include "data/in_scheduler.scm")

;; What a task sees that waits in this way and is cancelled after it began to.
(define (cancelled-while wait)
  (in-scheduler
   (lambda ()
     (let* ((seen #f)
            (t (task-spawn
                (lambda ()
                  (guard (obj (#t (set! seen (and (cancelled? obj) (cancel-reason obj)))
                                  (raise obj)))
                    (wait))))))
       (task-yield)
       (let ((took-effect (task-cancel t 'enough)))
         (settle)
         (list took-effect seen (task-status t)))))))

(test-equal "K12 a parked task" '(#t enough cancelled)
  (cancelled-while (lambda () (waitq-park! (make-waitq)))))
(test-equal "K12 a sleeping task" '(#t enough cancelled) (cancelled-while (lambda () (task-sleep 10))))
(test-equal "K12 a task in task-suspend" '(#t enough cancelled)
  (cancelled-while (lambda () (task-suspend (lambda (resume) #f)))))
(test-equal "K12 a task in a sync" '(#t enough cancelled)
  (cancelled-while (lambda () (sync (choice-op (sleep-op 5) (waitq-op (make-waitq)))))))
(test-equal "K12 a task that joins another one" '(#t enough cancelled)
  (cancelled-while (lambda () (task-join (task-spawn (lambda () (task-sleep 100)))))))
(test-equal "K12 a runnable task" '(#t enough cancelled)
  (cancelled-while (lambda () (let loop () (task-yield) (loop)))))
(test-equal "K12 a task that computes" '(#t enough cancelled)
  (cancelled-while (lambda () (let loop () (loop)))))
(test-equal "K12 a task that runs a scheduler" '(#t enough cancelled)
  (cancelled-while (lambda ()
                     (let ((s (make-scheduler)))
                       (task-spawn s (lambda () (task-sleep 1000)))
                       (scheduler-run s)))))

(test-equal "K12 a task that has not begun never begins" '(#t cancelled #f)
  (in-scheduler
   (lambda ()
     (let* ((ran #f) (t (task-spawn (lambda () (set! ran #t)))))
       (let ((took-effect (task-cancel t 'enough)))
         (settle)
         (list took-effect (task-status t) ran))))))

(test-equal "K12 a finished task is not cancelled" '(#f finished)
  (in-scheduler
   (lambda ()
     (let ((t (task-spawn (lambda () 1))))
       (task-join t)
       (list (task-cancel t 'enough) (task-status t))))))

(test-equal "a cancelled task that goes on finds it raised again where it waits next"
  '((enough enough) cancelled)
  (in-scheduler
   (lambda ()
     (let* ((seen (collector))
            (t (task-spawn
                (lambda ()
                  (guard (obj (#t (seen (cancel-reason obj)))) (task-sleep 1))
                  (guard (obj (#t (seen (cancel-reason obj)) (raise obj))) (task-sleep 1))))))
       (task-yield)
       (task-cancel t 'enough)
       (settle)
       (list (seen) (task-status t))))))

(test-equal "K13 cancelling is held back until the shield ends" '((slept) cancelled 5.)
  (in-scheduler
   (lambda ()
     (let* ((start (clock-now))
            (seen (collector))
            (t (task-spawn
                (lambda ()
                  (dynamic-wind
                   (lambda () #f)
                   (lambda () (with-shield (lambda () (task-sleep 5) (seen 'slept))) (task-sleep 100))
                   (lambda () #f))))))
       (task-yield)
       (task-cancel t 'enough)
       (guard (obj (#t #f)) (task-join t))
       (list (seen) (task-status t) (- (clock-now) start))))))

(test-equal "K13 the after thunks of a cancelled task may wait" '((cleaned) cancelled)
  (in-scheduler
   (lambda ()
     (let* ((seen (collector))
            (t (task-spawn
                (lambda ()
                  (dynamic-wind (lambda () #f)
                                (lambda () (task-sleep 100))
                                (lambda () (task-sleep 2) (seen 'cleaned)))))))
       (task-yield)
       (task-cancel t 'enough)
       (guard (obj (#t #f)) (task-join t))
       (list (seen) (task-status t))))))

(test-equal "K14 a cancelled choice leaves every queue; what comes then is kept by its giver"
  '(0 0 0 #f)
  (in-scheduler
   (lambda ()
     (let* ((q1 (make-waitq)) (q2 (make-waitq))
            (t (task-spawn (lambda () (sync (choice-op (waitq-op q1) (waitq-op q2) (sleep-op 9)))))))
       (task-yield)
       (task-cancel t 'enough)
       (list (waitq-length q1) (waitq-length q2) (cdr (assq 'timers (scheduler-stats)))
             (waitq-give! q1 'value))))))

(test-equal "K14 what was given before the cancel is delivered" '(#t (value) cancelled)
  (in-scheduler
   (lambda ()
     (let* ((got (collector)) (q (make-waitq))
            (t (task-spawn (lambda () (got (waitq-park! q)) (task-yield)))))
       (task-yield)
       (let ((given (waitq-give! q 'value)))
         (task-cancel t 'enough)
         (settle)
         (list given (got) (task-status t)))))))

;; ---- scopes

(test-equal "K15 an error in one child cancels the others and is raised once all have ended"
  '(oops (sibling-failed sibling-failed) (oops))
  (in-scheduler
   (lambda ()
     (let* ((ended (collector)) (scope #f)
            (sleeper (lambda ()
                       (guard (obj (#t (ended (cancel-reason obj)) (raise obj))) (task-sleep 100))))
            (raised (guard (obj (#t obj))
                      (with-scope (lambda (sc)
                                    (set! scope sc)
                                    (scope-spawn sc sleeper)
                                    (scope-spawn sc (lambda () (task-sleep 1) (raise 'oops)))
                                    (scope-spawn sc sleeper)
                                    'unused)))))
       (list raised (ended) (scope-errors scope))))))

(test-equal "K15 further errors are kept with the scope, the first is raised" '(first (first second))
  (in-scheduler
   (lambda ()
     (let* ((scope #f)
            (raised (guard (obj (#t obj))
                      (with-scope
                       (lambda (sc)
                         (set! scope sc)
                         (scope-spawn sc (lambda () (guard (c (#t (raise 'second))) (task-sleep 9))))
                         (scope-spawn sc (lambda () (task-sleep 1) (raise 'first))))))))
       (list raised (scope-errors scope))))))

(test-equal "an error in the body cancels the children" '(oops (scope-failed))
  (in-scheduler
   (lambda ()
     (let* ((ended (collector))
            (raised (guard (obj (#t obj))
                      (with-scope
                       (lambda (sc)
                         (scope-spawn sc (lambda ()
                                           (guard (c (#t (ended (cancel-reason c)))) (task-sleep 9))))
                         (task-yield)
                         (raise 'oops))))))
       (list raised (ended))))))

(test-equal "K16 a scope waits for its tasks" '(value (done) 3.)
  (in-scheduler
   (lambda ()
     (let* ((start (clock-now)) (done (collector))
            (value (with-scope (lambda (sc)
                                 (scope-spawn sc (lambda () (task-sleep 3) (done 'done)))
                                 'value))))
       (list value (done) (- (clock-now) start))))))

(test-equal "K16 leaving a scope by a continuation ends its tasks" '(out cancelled)
  (in-scheduler
   (lambda ()
     (let* ((child #f)
            (value (call/cc (lambda (k)
                              (with-scope (lambda (sc)
                                            (set! child (scope-spawn sc (lambda () (task-sleep 9))))
                                            (task-yield)
                                            (k 'out)))))))
       (list value (task-status child))))))

(test-equal "a scope that is over takes no more tasks" 'scheduler-error
  (in-scheduler
   (lambda ()
     (let ((scope #f))
       (with-scope (lambda (sc) (set! scope sc)))
       (guard (c (#t (condition-kind c))) (scope-spawn scope (lambda () 1)))))))

(test-equal "a scope can be cancelled from within" '(#f cancelled)
  (in-scheduler
   (lambda ()
     (let* ((child #f)
            (value (with-scope (lambda (sc)
                                 (set! child (scope-spawn sc (lambda () (task-sleep 9))))
                                 (scope-spawn sc (lambda () (scope-cancel! sc 'enough)))
                                 'value))))
       (list value (task-status child))))))

(test-equal "with collect an error cancels nobody" '(oops (done))
  (in-scheduler
   (lambda ()
     (let* ((done (collector))
            (raised (guard (obj (#t obj))
                      (with-scope (lambda (sc)
                                    (scope-spawn sc (lambda () (task-sleep 2) (done 'done)))
                                    (scope-spawn sc (lambda () (raise 'oops))))
                                  'collect))))
       (list raised (done))))))

(test-equal "a task that is cancelled takes its scope's tasks with it" '(cancelled cancelled)
  (in-scheduler
   (lambda ()
     (let* ((child #f)
            (t (task-spawn (lambda ()
                             (with-scope (lambda (sc)
                                           (set! child (scope-spawn sc (lambda () (task-sleep 9))))))))))
       (settle)
       (task-cancel t 'enough)
       (settle)
       (list (task-status t) (task-status child))))))

;; ---- deadlines

(define (elapsed thunk)
  (let* ((start (clock-now)) (value (thunk)))
    (list value (- (clock-now) start))))

(test-equal "K17 a deadline ends what takes too long" '(late 2.)
  (in-scheduler
   (lambda ()
     (elapsed (lambda () (with-deadline 2 (lambda () (task-sleep 10)) (lambda () 'late)))))))

(test-equal "K17 of nested deadlines the earlier counts; the outer one is not the inner's" '(outer 1.)
  (in-scheduler
   (lambda ()
     (elapsed
      (lambda ()
        (with-deadline 1
          (lambda () (with-deadline 5 (lambda () (task-sleep 10)) (lambda () 'inner)))
          (lambda () 'outer)))))))

(test-equal "K17 the inner one leaves the outer in force" '(outer 3.)
  (in-scheduler
   (lambda ()
     (elapsed
      (lambda ()
        (with-deadline 3
          (lambda ()
            (with-deadline 1 (lambda () (task-sleep 10)) (lambda () 'inner))
            (task-sleep 10))
          (lambda () 'outer)))))))

(test-equal "without an alternative a timeout is raised" '(#t 0)
  (in-scheduler
   (lambda ()
     (list (guard (obj (#t (timeout? obj))) (with-deadline 1 (lambda () (task-sleep 2))))
           (cdr (assq 'timers (scheduler-stats)))))))

(test-equal "a deadline that was kept leaves no timer" '(value 0)
  (in-scheduler
   (lambda ()
     (list (with-deadline 100 (lambda () (task-sleep 1) 'value))
           (cdr (assq 'timers (scheduler-stats)))))))

(test-equal "a deadline inside a shield limits cleaning up" '(gave-up 2.)
  (in-scheduler
   (lambda ()
     (elapsed
      (lambda ()
        (with-shield
         (lambda () (with-deadline 2 (lambda () (task-sleep 50)) (lambda () 'gave-up)))))))))

(test-end "cancel")

;; The scheduler kit: tasks, time, waiting for the first of several things, scopes.
;;
;; A program that imports it is itself a task of a scheduler: (task-spawn thunk) begins
;; another one. Models of concurrency (channels, mailboxes, promises) are libraries on top
;; of the names exported here.
(define-library (fermata sched)
  (export
   ;; schedulers
   make-scheduler scheduler? current-scheduler scheduler-step scheduler-run
   scheduler-on-error! scheduler-random scheduler-shuffle! scheduler-stats scheduler-tasks
   scheduler-trace stuck-report find-stuck
   ;; tasks
   task-spawn task-spawn* task? task-current task-name task-id task-scheduler task-status
   task-result task-join task-yield task-block task-wake task-sleep
   task-suspend resume-raise! undisturbed task-priority set-task-priority! task-stats
   task-waits-on settle
   ;; time
   clock-now clock-now-ns clock-advance! time-after
   ;; wait queues
   make-waitq waitq? waitq-empty? waitq-length waitq-name waitq-holder
   set-waitq-holder! waitq-home-here! waitq-park! waitq-give! waitq-take! waitq-give-all!
   waitq-raise-all!
   ;; waits by hand
   wait-open wait-park wait-tag wait-close waitq-add! timer-add!
   ;; operations
   make-op op? op-not-ready op-again always-op never-op choice-op prefer-op wrap-op
   guard-op nack-op sleep-op at-op join-op waitq-op
   sync try-sync sync/timeout sched-select
   ;; ports
   make-pipe io-op
   ;; the host
   host-event!
   ;; cancelling and scopes
   task-cancel task-check-cancel cancelled? cancel-reason timeout?
   with-shield with-deadline with-scope scope-spawn scope-cancel! scope-errors
   ;; for models of concurrency
   task-local set-task-local! scheduler-local set-scheduler-local! set-task-name!
   make-place place? place-usable? place-exclusive! place-never! place-count
   place-capacity place-put! place-put-now! place-take! place-take-now! place-close!
   place-select! call-at! call-cancel!
   program-on-crash! program-on-stuck! scheduler-shuffle-timers!
   main-task? task-exit task-kill task-pause task-continue task-runs-any? turn-hold! turn-release!
   set-task-heap-limit! task-heap-limit)
  (import (fermata sched task) (fermata sched operation) (fermata sched scope)
          (only (fermata sched stream) make-pipe io-op)
          (only (fermata sched streams) host-event!)
          (rename (fermata sched tasks)
                  (%task-priority task-priority-number) (%spawn task-spawn*))
          (rename (fermata sched waits)
                  (%open-wait wait-open) (%wait wait-park) (%wait-tag wait-tag)
                  (%close-wait wait-close))
          (only (fermata sched scopes) task-check-cancel)
          (fermata sched control) (fermata sched meetings) (fermata sched timed-calls)))

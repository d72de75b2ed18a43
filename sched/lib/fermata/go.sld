;; Go's way of concurrency: goroutines, channels, select, and what is built on them.
;;
;; Everything here is Scheme on top of (fermata sched). The value of nothing, Go's nil or
;; zero, is #f; errors are raised; times are in seconds. What Go leaves open, such as the
;; choice of select, comes from the scheduler's seed, so a run can be repeated.
(define-library (fermata go)
  (export
   ;; goroutines
   go go-yield goexit
   ;; channels
   make-chan chan? nil-chan chan-send! chan-recv! chan-recv/ok! chan-close!
   chan-len chan-cap for-chan
   select select-cases case-recv case-send case-after
   ;; defer, panic, recover
   with-defer defer panic recover
   ;; sync
   make-mutex mutex? mutex-lock! mutex-try-lock! mutex-unlock! with-mutex
   make-rwmutex rwmutex? rwmutex-lock! rwmutex-try-lock! rwmutex-unlock!
   rwmutex-rlock! rwmutex-try-rlock! rwmutex-runlock!
   make-wait-group wait-group? wait-group-add! wait-group-done! wait-group-wait!
   wait-group-go!
   make-once once? once-do!
   make-cond cond-wait! cond-signal! cond-broadcast!
   make-pool pool-get! pool-put!
   ;; context, errgroup
   background-context context? context-with-cancel context-with-deadline
   context-with-timeout context-with-value context-without-cancel
   context-done context-err context-cause context-deadline context-value
   context-after-func
   make-errgroup errgroup? errgroup-context errgroup-set-limit!
   errgroup-go! errgroup-try-go! errgroup-wait!
   ;; time
   sleep time-now make-timer timer? timer-chan timer-stop! timer-reset!
   after-chan after-func make-ticker ticker? ticker-chan ticker-stop! ticker-reset!
   with-virtual-time settle)
  (import (fermata go task) (fermata go channel) (fermata go select)
          (fermata go defer) (fermata go sync) (fermata go context)
          (fermata go errgroup) (fermata go time)))

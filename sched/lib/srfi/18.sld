;; SRFI 18: threads, mutexes and condition variables, over tasks.
;;
;; A thread is a task with a name, a field of its own and a result that join takes. Time
;; is that of the scheduler, so programs under a virtual clock do not wait. A task that
;; was not made by thread-start! counts as the thread that spawned it.
;;
;; Tasks may be switched at any call. What must happen at once is done by instructions on
;; pairs alone; who waits stands in the queue first and looks again then.
(define-library (srfi 18)
  (export
   current-thread thread? make-thread thread-name thread-specific
   thread-specific-set! thread-start! thread-yield! thread-sleep!
   thread-terminate! thread-join!
   mutex? make-mutex mutex-name mutex-specific mutex-specific-set!
   mutex-state mutex-lock! mutex-unlock!
   condition-variable? make-condition-variable condition-variable-name
   condition-variable-specific condition-variable-specific-set!
   condition-variable-signal! condition-variable-broadcast!
   current-time time? time->seconds seconds->time
   current-exception-handler with-exception-handler raise
   join-timeout-exception? abandoned-mutex-exception?
   terminated-thread-exception? uncaught-exception?
   uncaught-exception-reason)
  (import (scheme base) (scheme process-context) (fermata sched)
          (only (fermata builtins) %handlers %uncaught))
  (include "18/time.scm" "18/threads.scm" "18/mutexes.scm"))

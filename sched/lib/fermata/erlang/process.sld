;; Processes: tasks with a mailbox, links and monitors.
;;
;; Signals between processes are delivered at once.  What must not be seen half done (the end
;; of a process, a new link) happens within a held turn; sending is a few instructions without
;; a call between them, where no turn ends.  A process that dies by a signal is ended by
;; task-kill, so nothing in it can catch that; one that ends by itself is noticed by the
;; at-end procedure of its task.
(define-library (fermata erlang process)
  (export
   process? process-id process-node process-task process-alive?
   process-count process-head process-links process-watchers process-watching
   process-name process-trap? process-dictionary process-timers process-gate
   process-paused? process-start
   set-process-name! set-process-trap! set-process-dictionary! set-process-timers!
   set-process-gate! set-process-paused!
   node? node-name node-names node-scheduler set-node-name! node-gate
   set-node-gate! set-node-on-crash! node-of node-self
   reference? make-ref make-reference reference-id reference-owner reference-target
   reference-kind set-reference-target! reference-detail set-reference-detail!
   self spawn spawn-link spawn-monitor spawn-on
   ! deliver! send-reply
   link unlink monitor demonitor set-name-resolver!
   exit exit-signal! kill! end-watch!
   in-held-turn refuse check-process
   %first-cell %first-cell-for %take! %park! %park-until!)
  (import (scheme base) (fermata sched)
          (fermata erlang bag) (fermata erlang reason))
  (include "process.scm" "signals.scm" "mailbox.scm"))

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
   process-mailbox task-process process-links process-watchers process-watching
   process-name process-trap? process-dictionary process-timers
   process-paused? process-start process-reason
   set-process-name! set-process-trap! set-process-dictionary! set-process-timers!
   set-process-paused!
   node? node-name node-names node-scheduler set-node-name! node-gate
   new-node set-node-gate! crash-reporter! node-of node-self
   reference? make-ref make-reference next-id reference-id reference-owner reference-target
   reference-kind set-reference-target! reference-detail set-reference-detail!
   self spawn spawn-link spawn-monitor spawn-on spawn-with-reference
   ! send-reply pass find-name
   link unlink monitor demonitor begin-call end-call set-name-resolver!
   forget-watcher! down-here! set-process-links!
   exit exit-signal! kill! end-watch!
   in-held-turn refuse check-process
   %mailbox)
  (import (scheme base) (fermata sched)
          (fermata erlang bag) (fermata erlang reason) (fermata erlang crash)
          (fermata erlang mailbox))
  (include "process.scm" "signals.scm" "send.scm"))

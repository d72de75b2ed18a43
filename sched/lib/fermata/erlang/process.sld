;; Processes: tasks with a mailbox, links and monitors.
;;
;; Signals between processes are delivered at once.  What must not be seen half done (the end
;; of a process, a new link) happens within a held turn; sending is a few instructions without
;; a call between them, where no turn ends.  A process that dies by a signal is ended by
;; task-kill, so nothing in it can catch that; one that ends by itself is noticed by the
;; at-end procedure of its task.
(define-library (fermata erlang process)
  (export
   process? process-id process-alive? node? node-name reference?
   self spawn spawn-link spawn-monitor spawn-on spawn-with-reference
   ! send-reply make-ref exit link unlink monitor demonitor
   node-self node-of new-node crash-reporter!
   ;; for the libraries beside this one
   begin-call end-call exit-signal! kill! end-process! end-watch!
   forget-watcher! down-here! pass find-name set-name-resolver!
   task-process next-id in-held-turn refuse check-process %mailbox)
  (import (scheme base) (fermata sched) (only (fermata builtins) %handlers)
          (rename (only (fermata control) exit) (exit exit-program))
          (fermata erlang records) (fermata erlang fields) (fermata erlang bag)
          (fermata erlang reason) (fermata erlang crash)
          (fermata erlang mailbox))
  (include "process.scm" "signals.scm" "send.scm"))

;; Erlang's processes and OTP: spawn, !, receive, links, monitors, servers, supervisors.
;;
;; Tuples and lists are lists, atoms are symbols: the message of a monitor is
;; (DOWN reference process target reason). Times are in milliseconds.
(define-library (fermata erlang)
  (export
   ;; processes and messages
   self spawn spawn-link spawn-monitor spawn-on ! receive exit throw catch
   link unlink monitor demonitor make-ref send-reply
   process? process-alive? process-id reference? node? node-self node-name
   ;; names, dictionary, flags
   register unregister whereis registered put get erase get-keys
   process-flag process-info processes crash-reporter! suspend-process resume-process
   ;; time
   send-after start-timer cancel-timer read-timer exit-after sleep
   ;; servers
   make-module gen-server-start gen-server-start-link gen-server-call
   gen-server-cast gen-server-stop gen-reply
   sys-get-state sys-replace-state sys-suspend sys-resume sys-change-code
   gen-statem-start gen-statem-start-link gen-statem-call gen-statem-cast
   gen-statem-stop
   child-spec supervisor-start supervisor-start-link supervisor-start-child
   supervisor-terminate-child supervisor-restart-child supervisor-delete-child
   supervisor-which-children supervisor-count-children supervisor-stop
   ;; nodes
   make-node connect-nodes disconnect-nodes nodes monitor-node freeze-node! stop-node!
   ;; code that changes
   code-load code-version call-remote check-process-code code-soft-purge code-purge
   code-delete)
  (import (fermata erlang process) (fermata erlang receive) (fermata erlang reason)
          (fermata erlang info) (fermata erlang timer) (fermata erlang code)
          (fermata erlang gen) (fermata erlang gen-server) (fermata erlang gen-statem)
          (fermata erlang supervisor) (fermata erlang node)))

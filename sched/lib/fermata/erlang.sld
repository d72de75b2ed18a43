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
   process-flag process-info processes suspend-process resume-process
   ;; time
   send-after start-timer cancel-timer read-timer exit-after sleep)
  (import (fermata erlang process) (fermata erlang receive) (fermata erlang reason)
          (fermata erlang info) (fermata erlang timer)))

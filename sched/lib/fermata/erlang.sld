;; Erlang's processes: spawn, !, receive, links, monitors, OTP.
(define-library (fermata erlang)
  (export self spawn spawn-link spawn-monitor ! receive exit throw catch
          link unlink monitor demonitor make-ref process? reference?)
  (import (fermata erlang process) (fermata erlang receive) (fermata erlang reason)))

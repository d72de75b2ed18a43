;; Tasks with streams: procedures and programs of the system, run, listed, stopped and
;; followed in one way. A task is (context stdin stdout stderr) -> exit code.
(define-library (fermata task)
  (export procedure-task process-task task-spec?
          context? context-name context-id context-arguments context-environment
          context-variable context-directory
          make-task-runner task-runner? runner-start! runner-start-pipeline! runner-stop!
          runner-runs runner-events runner-follow runner-close!
          run? run-id run-name run-pid run-code run-status run-stopped run-wait
          run-exit-op run-follow
          event? event-number event-run event-kind event-value event->list
          next-event next-event-op
          run-task run-pipeline task-output)
  (import (fermata task spec) (fermata task journal) (fermata task run)))

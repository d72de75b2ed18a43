;; Durable flows: procedures that wait for years, survive their process, and
;; never do the same thing twice. docs/workflows.md teaches them.
(define-library (fermata flow)
  (export
   ;; making flows
   defflow sequence parallel map-flow branch retry try-catch
   flow-node flow-id flow-const
   ;; inside
   step step-key suspend
   fail failed? fail-reason
   ;; outside
   flow/start flow/resume flow/recover flow/cancel
   flow/status flow/result flow/list flow/waiting flow-resumable-ids
   flow-suspended? flow-suspended-id flow-suspended-tag
   open-flow-store use-flow-store! current-flow-store flow-store-url)
  (import (fermata flow nodes) (fermata flow engine) (fermata flow host)))

;; Durable flows: procedures that wait for years, survive their process, and
;; never do the same thing twice. docs/workflows.md teaches them.
(define-library (fermata flow)
  (export
   ;; making flows
   defflow sequence parallel race any map-flow branch
   retry try-catch timeout with-gas saga child
   flow-node flow-id flow-const
   ;; inside
   step step-key heartbeat last-heartbeat suspend await-signal await-any
   flow-sleep flow-sleep-until flow-now flow-random flow-uuid flow-version
   define-query define-update flow-attribute! continue-as-new
   tick flow-timeout? compensate
   fail failed? fail-reason
   define-remote-node remote-node remote-failover flow-remote-error? flow-peer-register!
   flow-peers! flow-serve!
   define-flow-record secret secret? secret-value
   ;; outside
   flow/start flow/resume flow/recover flow/cancel flow/signal flow/update flow/query
   flow-evict! flow-patience flow-live-limit
   flow/work flow/workers flow/handoff flow/delegate flow/recall flow/replicate flow/replicas flow/copies
   flow/promote flow/fork flow/retry flow/skip flow/purge flow/import flow/divergence flow-check
   flow-store-export flow-store-import!
   flow-at flow-forward flow-back flow-locals
   flow/status flow/result flow/list flow/attributes flow/waiting flow-resumable-ids
   flow-suspended? flow-suspended-id flow-suspended-tag
   ;; by the clock, and in turn
   flow/schedule flow/unschedule flow/schedules flow/pause-schedule flow/continue-schedule
   flow/trigger flow/backfill flow-queue! flow-queues
   open-flow-store use-flow-store! current-flow-store flow-store-url)
  (import (fermata flow budget) (fermata flow nodes) (fermata flow steps) (fermata flow data) (fermata flow waits)
          (fermata flow operation) (fermata flow engine) (fermata flow child)
          (fermata flow history) (fermata flow host) (fermata flow live) (fermata flow look)
          (fermata flow schedule) (fermata flow queue)
          (fermata flow work) (fermata flow workers) (fermata flow remote) (fermata flow delegation) (fermata flow replicas)
          (fermata flow copies) (fermata flow serve)
          (fermata flow tools) (fermata flow travel) (fermata flow check)))

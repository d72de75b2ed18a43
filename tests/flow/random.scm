;; Random flows (data/random_flows.scm), each stopped at every record, rebuilt before every
;; answer and cancelled everywhere: it must end as if nothing had happened.
(import (scheme base) (scheme write) (srfi 64) (srfi 27) (fermata flow) (fermata sched)
        (only (fermata go) go make-chan chan-send! chan-recv! select))

(use-flow-store! "memory:")
(include "data/random_flows.scm")

(test-begin "random flows")
(do ((seed 1 (+ seed 1))) ((> seed 60))
  (random-source-pseudo-randomize! source seed 7)
  (set! tags 0)
  (let ((tree (make-tree 3)))
    (test-equal (string-append "seed " (number->string seed)) '()
      (flow-check random-flow (list tree)))))
(test-end "random flows")

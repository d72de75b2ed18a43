;; The same with many seeds.
(import (scheme base) (srfi 64) (fermata flow) (fermata sched))
(include "../data/waiting_there.scm")
(test-begin "nodes that wait at a peer, for long")
(do ((seed 100 (+ seed 1))) ((= seed 300))
  (test-equal (string-append "seed " (number->string seed)) '(0 0 0 0 #t)
    (try-waiting 24 seed)))
(test-end)

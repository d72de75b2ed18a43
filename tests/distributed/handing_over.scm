;; Workers that hand flows to each other while these call a peer, and go there and come back, by
;; seed: nothing is lost or doubled, and epochs do not fall.
(import (scheme base) (scheme read) (srfi 64) (fermata flow) (fermata sched))
(include "data/handing_over.scm")
(test-begin "flows handed over")
(test-equal "seed 1" '(0 0 0 0 #t) (try-handing-over 12 1))
(test-equal "seed 2" '(0 0 0 0 #t) (try-handing-over 12 2))
(test-equal "seed 3" '(0 0 0 0 #t) (try-handing-over 12 3))
(test-end)

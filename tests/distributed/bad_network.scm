;; Peers on a bad network, by seed: nothing is lost and nothing done twice.
(import (scheme base) (srfi 64) (fermata flow) (fermata sched))
(include "data/bad_network.scm")
(test-begin "a bad network")
(test-equal "seed 1" '(0 0 #t) (try-network 1000 1))
(test-equal "seed 2" '(0 0 #t) (try-network 1000 2))
(test-equal "without the memory of what was done the test sees nodes that ran twice" #t
  (parameterize ((forgetful? #t)) (> (cadr (try-network 500 1)) 0)))
(test-end)

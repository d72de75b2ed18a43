;; The same with a hundred thousand messages.
(import (scheme base) (srfi 64) (fermata flow) (fermata sched))
(include "../data/bad_network.scm")
(test-begin "a bad network, for long")
(test-equal "100,000 calls" '(0 0 #t) (try-network 100000 3))
(test-end)

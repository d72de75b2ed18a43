;; Nodes that wait at a peer on a bad network, by seed: each goes on once, and holds nobody.
(import (scheme base) (srfi 64) (fermata flow) (fermata sched))
(include "data/waiting_there.scm")
(test-begin "nodes that wait at a peer")
(test-equal "seed 1" '(0 0 0 0 #t) (try-waiting 24 1))
(test-equal "seed 2" '(0 0 0 0 #t) (try-waiting 24 2))
(test-equal "seed 3" '(0 0 0 0 #t) (try-waiting 24 3))
(test-equal "at a peer that forgets what has ended the test sees acts that were done twice" #t
  (parameterize ((forgetful? #t))
    (> (apply + (map (lambda (seed) (cadr (try-waiting 24 seed))) '(1 2 3 4))) 0)))
(test-end)

;; Workers that hand flows to each other while these call a peer, and go there and come back, by
;; seed: nothing is lost or doubled, and epochs do not fall.
(import (scheme base) (scheme read) (srfi 64) (fermata flow) (fermata sched))
(include "data/handing_over.scm")
(test-begin "flows handed over")
(test-equal "seed 1" '(0 0 0 0 #t) (try-handing-over 12 1))
(test-equal "seed 2" '(0 0 0 0 #t) (try-handing-over 12 2))
(test-equal "seed 3" '(0 0 0 0 #t) (try-handing-over 12 3))
(test-equal "seed 7: a flow is to move while the end of a call lies in its inbox" '(0 0 0 0 #t)
  (try-handing-over 12 7))
(define (of-two-offices)
  (parameterize ((restoring? #t)) (try-handing-over 6 1)))
(test-assert "of two offices that have the same flows the test sees what is done twice"
  (let ((came-to (of-two-offices)))
    (and (> (cadr came-to) 0) (> (list-ref came-to 2) 0))))
(test-end)

;; Calls that fail over among peers that are cut off in the middle, by seed: without a timeout
;; they are done at one place, whichever; with one at least once, and once at each.
(import (scheme base) (srfi 64) (fermata flow) (fermata sched))
(include "data/failing_over.scm")
(test-begin "calls that fail over")
(test-equal "seed 1" '(0 0 0 0 #t) (try-failover 40 1 patient))
(test-equal "seed 2" '(0 0 0 0 #t) (try-failover 40 2 patient))
(test-equal "seed 3" '(0 0 0 0 #t) (try-failover 40 3 patient))
(define (hasty-with seed)
  (let ((came-to (try-failover 40 seed hasty)))
    (list (list-head came-to 3) (> (list-ref came-to 3) 0) (list-ref came-to 4))))
(define (list-head list n) (if (= n 0) '() (cons (car list) (list-head (cdr list) (- n 1)))))
(test-equal "with a timeout, seed 1" '((0 0 0) #t #t) (hasty-with 1))
(test-equal "with a timeout, seed 2" '((0 0 0) #t #t) (hasty-with 2))
(test-equal "of a network that calls unreachable what may have arrived the test sees two places" #t
  (parameterize ((lying? #t))
    (> (+ (list-ref (try-failover 40 1 patient) 3) (list-ref (try-failover 40 2 patient) 3)) 0)))
(test-equal "of peers that forget it sees what is done twice at one" #t
  (parameterize ((forgetful? #t)) (> (list-ref (try-failover 40 1 patient) 1) 0)))
(test-end)

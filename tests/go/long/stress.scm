;; A thousand seeds of everything in ../data/stress.scm.
(import (scheme base) (fermata go) (fermata sched) (srfi 64))
(include "../data/stress.scm")

(test-begin "go stress")
(test-storms 1000)
(test-end "go stress")

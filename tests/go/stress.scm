;; A slice of the stress runs; long/stress.scm has the whole.
(import (scheme base) (fermata go) (fermata sched) (srfi 64))
(include "data/stress.scm")

(test-begin "go stress")
(test-storms 40)
(test-end "go stress")

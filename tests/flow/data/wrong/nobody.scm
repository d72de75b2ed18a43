;; It waits for what nothing in it will do.
;; finds: waits for what nothing in it will do
(import (scheme base) (fermata flow) (fermata sched))
(defflow (wrong x)
  (let ((queue (make-waitq)))
    (suspend (quote go))
    (waitq-park! queue)))

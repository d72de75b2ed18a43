; In a branch, at the end of what it does.
(import (scheme base) (fermata flow))
(use-flow-store! "memory:")
(defflow f
  (lambda (x)
    (list ((parallel (lambda (x) (step 'one (lambda () car)))
                     (lambda (x) (suspend 'never)))
           x))))
(flow/start f 0)

; Acts or waits.
(import (scheme base) (scheme process-context) (fermata flow))
(use-flow-store! "memory:")
(defflow f
  (lambda (x)
    (get-environment-variables)
    (suspend 'answer)))
(flow/start f 0)

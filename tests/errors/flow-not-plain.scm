; Found when the step, a task of its own, has ended.
(import (scheme base) (fermata flow))
(use-flow-store! "memory:")
(defflow f
  (lambda (x)
    (step 'one (lambda () x))
    (let ((port (step 'two (lambda () (current-output-port)))))
      (list port))))
(flow/start f 0)

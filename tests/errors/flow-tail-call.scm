; What a tail call to one of our procedures raises has no frame of the program's.
(import (scheme base) (fermata flow))
(use-flow-store! "memory:")
(defflow f
  (lambda (x)
    (if (> x 0)
        (step 'one (lambda () 1))
        (suspend "answer"))))
(flow/start f 0)

;; A step assigns a variable that outlives it, instead of returning the value.
;; finds: instead of 5
(import (scheme base) (fermata flow))
(defflow (wrong x)
  (let ((amount #f))
    (step (quote charge) (lambda () (set! amount 5)))
    (suspend (quote packed))
    amount))

;; Compensation that nothing would run.
;; finds: there is no saga around
(import (scheme base) (fermata flow))
(defflow (wrong x)
  (step (quote charge) (lambda () 30) (quote undo) (lambda (amount) amount))
  (suspend (quote packed)))

;; A step counts in a variable of the program, which another process does not have.
;; finds: instead of
(import (scheme base) (fermata flow))
(define sent 0)
(defflow (wrong x)
  (step (quote mail) (lambda () (set! sent (+ sent 1))))
  (suspend (quote read))
  (if (= sent 1) (quote thanked) (step (quote again) (lambda () (quote mailed)))))

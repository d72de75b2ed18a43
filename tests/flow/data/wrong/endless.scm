;; It asks again and again, whatever the answer.
;; finds: more than 100 answers
(import (scheme base) (fermata flow))
(defflow (wrong x)
  (let ask ()
    (if (eq? (suspend (quote password)) (quote swordfish)) (quote in) (ask))))

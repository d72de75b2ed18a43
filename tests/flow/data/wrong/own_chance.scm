;; Chance that no flow knows of: a random source of its own.
;; finds: instead of
(import (scheme base) (srfi 27) (fermata flow))
(defflow (wrong x)
  (let ((source (make-random-source)))
    (random-source-randomize! source)
    (let ((n ((random-source-make-integers source) 1000000)))
      (list (suspend (quote guess)) n))))

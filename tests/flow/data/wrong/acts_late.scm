;; A flow that acts by itself after it waited.
;; finds: make it a step
(import (scheme base) (scheme file) (fermata flow))
(defflow (wrong path)
  (suspend (quote confirmed))
  (file-exists? "/"))

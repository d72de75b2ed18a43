;; The result is no data.
;; finds: cannot be stored
(import (scheme base) (fermata flow))
(defflow (wrong x) (suspend (quote go)) (lambda () x))

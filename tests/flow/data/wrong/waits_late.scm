;; A node that waits after it acted.
;; finds: has acted
(import (scheme base) (scheme file) (fermata flow))
(defflow (wrong path)
  (if (file-exists? "/") (suspend (quote confirmed))))

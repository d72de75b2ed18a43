;; What a step returns is no data.
;; finds: cannot be stored
(import (scheme base) (scheme file) (fermata flow))
(defflow (wrong x)
  (let ((port (step (quote open) (lambda () (open-input-file "/dev/null")))))
    (suspend (quote go))
    (eof-object? (step (quote read) (lambda () (read-char port))))))

;; A line that is shown again when the process ends before the next record.
;; finds: it writes to the console
(import (scheme base) (scheme write) (fermata flow))
(defflow (wrong x)
  (let ((answer (suspend (quote answer))))
    (display "thank you")
    (newline)
    (suspend (quote more))))

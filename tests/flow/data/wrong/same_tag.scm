;; Two branches wait for the same tag: an answer cannot say which it is for.
;; finds: in two places at once
(import (scheme base) (fermata flow))
(define (ask question) (suspend (quote answer)))
(defflow wrong (parallel ask ask))

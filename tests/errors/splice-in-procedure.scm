(import (scheme base) (scheme write))
(define (tagged items) `(list ,@items end))
(display (tagged 'a))

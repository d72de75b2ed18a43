(import (scheme base) (scheme write))
(define i 0)
(while (< i 3)
  (set! i (+ i 1)))

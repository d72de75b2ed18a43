(import (scheme base) (scheme write))
(define (area width height)
  (* width heigth))
(display (area 2 3))

(import (scheme base) (scheme write))
(define area
  (case-lambda
    ((side) (* side side))
    ((width height) (* width height))))
(display (area 3))

(import (scheme base))
(define (rows n)
  (vector-map
   (lambda (row)
     (map (lambda (cell) (/ 1 cell)) row))
   (vector '(1 2) n)))
(vector-length (rows '(3 0)))

(import (scheme base) (scheme write))
(define (last-of l)
  (if (eq? (cdr l) nil) (car l) (last-of (cdr l))))
(display (last-of '(1 2 3)))

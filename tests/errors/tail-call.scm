(import (scheme base) (scheme write))
(define (first-of table) (find-it table))
(define (find-it table) (+ 1 (vector-ref table 0)))
(display (list (first-of '(1 2))))

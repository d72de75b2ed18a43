(import (scheme base) (scheme write))
(define (second l) (car (cdr l)))
(display (second '(1)))

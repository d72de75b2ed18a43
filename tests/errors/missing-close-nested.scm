(import (scheme base) (scheme write))
(define (sum list)
  (let loop ((rest list) (total 0))
    (if (null? rest)
        total
        (loop (cdr rest) (+ total (car rest)))
    ))
(display (sum '(1 2 3)))

(import (scheme base) (scheme write))
(define x 1)
(display (cond ((= x 2) 'two) (if #t 1)))

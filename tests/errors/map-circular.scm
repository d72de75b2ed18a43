(import (scheme base) (scheme write))
(define ring (list 1 2))
(set-cdr! (cdr ring) ring)
(display (length ring))

(import (scheme base) (scheme write))
(define v #(1 2 3))
(vector-set! v 0 9)

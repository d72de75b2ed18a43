(import (scheme base) (scheme write))
(display (vector-length (make-vector 100000000000000 0)))

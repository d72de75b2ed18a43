(import (scheme base) (scheme write))
(display (vector-ref (vector 1 2 3) (/ 4.0 2)))

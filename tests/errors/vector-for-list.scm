(import (scheme base) (scheme write))
(display (length (vector 1 2 3)))

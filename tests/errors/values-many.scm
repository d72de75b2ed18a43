(import (scheme base) (scheme write))
(display (+ 1 (values 1 2)))

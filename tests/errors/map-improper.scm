(import (scheme base) (scheme write))
(map (lambda (x) (* x x)) 5)

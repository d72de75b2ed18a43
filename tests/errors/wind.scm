(import (scheme base) (scheme write))
(dynamic-wind (lambda () #f) (lambda () (car 1)) (lambda () (display "out\n")))

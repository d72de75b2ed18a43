(import (scheme base) (scheme write))
(define x '(1 2))
(display (x 0))

(import (scheme base) (scheme write))
(display (if #t (define x 1) 2))

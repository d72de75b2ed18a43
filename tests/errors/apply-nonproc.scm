(import (scheme base) (scheme write))
(define (f) 42)
(display ((f)))

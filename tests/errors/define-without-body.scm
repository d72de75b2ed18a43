(import (scheme base) (scheme write))
(define (f) )

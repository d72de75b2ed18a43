(import (scheme base) (scheme write))
(define)

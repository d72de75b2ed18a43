(import (scheme base) (scheme write))
(define depth 5)
(display (parameterize ((depth 6)) depth))

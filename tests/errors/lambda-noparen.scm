(import (scheme base) (scheme write))
(define f (lambda x y z))
(f 1)

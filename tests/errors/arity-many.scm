(import (scheme base) (scheme write))
(define f (lambda (a #!optional b) a))
(display (f 1 2 3))

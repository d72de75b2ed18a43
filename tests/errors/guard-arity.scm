(import (scheme base) (scheme write))
(define (safe thunk) (guard (e ((string? e) e)) (thunk 1)))
(display (safe (lambda () 1)))

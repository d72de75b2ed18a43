(import (scheme base) (scheme write))
(define-macro (twice e) `(begin ,e ,e))
(twice (display "x"))

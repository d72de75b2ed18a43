(import (scheme base) (scheme write))
(define x `(1 ,@2 3))
(display x)
(display ,x)

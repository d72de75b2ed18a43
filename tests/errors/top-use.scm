(import (scheme base) (scheme write))
(define a (+ later 1))
(define later 2)

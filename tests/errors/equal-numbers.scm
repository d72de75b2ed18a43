(import (scheme base) (scheme write))
(define (same? a b) (= a b))
(display (same? "a" "b"))

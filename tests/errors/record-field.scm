(import (scheme base) (scheme write))
(define-record-type point (make-point x z) point? (x point-x))

(import (scheme base) (scheme write))
(define version 1.2.3)

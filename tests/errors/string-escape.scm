(import (scheme base) (scheme write))
(display "a\qb")

(import (scheme base) (scheme write))
(display (+ 1 (string->number "12a")))

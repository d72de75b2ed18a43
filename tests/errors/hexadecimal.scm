(import (scheme base) (scheme write))
(display (+ 0xff 1))

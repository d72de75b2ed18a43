(import (scheme base) (scheme write))
(display "x is" 5)

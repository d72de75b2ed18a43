(import (scheme base) (scheme write))
(display 1)
#| never closed

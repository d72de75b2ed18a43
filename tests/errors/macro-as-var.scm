(import (scheme base) (scheme write))
(display (map if '(1 2)))

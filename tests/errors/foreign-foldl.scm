(import (scheme base) (scheme write))
(display (foldl + 0 '(1 2 3)))

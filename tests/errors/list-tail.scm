(import (scheme base) (scheme write))
(list-tail '(1 2) 5)

(import (scheme base) (scheme write))
(apply + 1 2)

(import (scheme base) (scheme write))
(cons 1)

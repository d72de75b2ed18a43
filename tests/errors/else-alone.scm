(import (scheme base) (scheme write))
(else 1)

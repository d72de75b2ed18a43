(import (scheme base) (scheme write))
(set! if 1)

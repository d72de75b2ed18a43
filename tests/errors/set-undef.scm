(import (scheme base) (scheme write))
(set! foo 1)

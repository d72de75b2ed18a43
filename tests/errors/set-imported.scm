(import (scheme base) (scheme write))
(set! car cdr)

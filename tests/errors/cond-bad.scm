(import (scheme base) (scheme write))
(cond (else 1) (#t 2))

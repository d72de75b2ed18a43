(import (scheme base) (scheme write))
(let (x 1) x)

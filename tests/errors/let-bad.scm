(import (scheme base) (scheme write))
(let ((x)) x)

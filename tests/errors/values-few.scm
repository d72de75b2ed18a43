(import (scheme base) (scheme write))
(let-values (((a b) (values 1))) a)

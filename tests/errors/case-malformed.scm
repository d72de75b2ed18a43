(import (scheme base) (scheme write))
(case)

(import (scheme base) (scheme write))
(length '(1 2 . 3))

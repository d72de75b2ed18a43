(import (scheme base) (scheme write))
(for-each 5 '(1 2))

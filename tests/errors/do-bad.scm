(import (scheme base) (scheme write))
(do ((i 0 (+ i 1)) (= i 5)) (display i))

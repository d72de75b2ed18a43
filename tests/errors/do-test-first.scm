(import (scheme base) (scheme write))
(do ((i 0 (+ i 1)) (sum 0 (+ sum i)) (> i 3))
    (display sum))

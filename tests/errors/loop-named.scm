(import (scheme base) (scheme write))
(let loop ((i 0))
  (if (< i 10) (loop)))

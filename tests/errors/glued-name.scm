(import (scheme base) (scheme write))
(let loop ((i 0))
  (if (< i 3) (loop i+1)))

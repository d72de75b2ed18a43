(import (scheme base) (scheme write))
(define (report n)
  (if (< n 0) (display "negative") (newline) (display n)))
(report 5)

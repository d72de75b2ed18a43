(import (scheme base) (scheme write))
(define (check n)
  (if (< n 0) (error 'check "must not be negative:" n)))
(check -1)

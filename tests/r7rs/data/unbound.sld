(define-library (data unbound)
  (export f)
  (import (scheme base))
  (begin
    (define (f x) (strin-append x "a"))))

(define-library (greet)
  (import (scheme base))
  (export hello)
  (begin
    (define (hello) (display "hello"))))
(import (scheme base) (greet))
(hello)

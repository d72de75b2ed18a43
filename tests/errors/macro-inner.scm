(import (scheme base) (scheme write))
(define-syntax first-of
  (syntax-rules ()
    ((_ e) (car e))))
(define (f) (first-of 5))
(f)

;; Its body raises, each time it is tried.
(define-library (data raising) (export f) (import (scheme base))
  (begin (define (f) 1)
         (raise 'from-the-body)))

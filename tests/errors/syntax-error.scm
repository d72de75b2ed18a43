(import (scheme base) (scheme write))
(define-syntax must
  (syntax-rules ()
    ((_ x) (syntax-error "must: not like this" x))))
(must 3)

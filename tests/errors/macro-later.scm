(import (scheme base) (scheme write))
(collect x '(1 2 3) (* x x))
(define-syntax collect
  (syntax-rules ()
    ((_ name list body) (display (map (lambda (name) body) list)))))

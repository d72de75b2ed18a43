(import (scheme base) (scheme write))
(define p (make-parameter 1 (lambda (x) (+ x 1))))
(parameterize ((p 'a)) (p))

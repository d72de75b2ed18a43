(import (scheme base) (scheme write))
(define-syntax my-let1
  (syntax-rules ()
    ((_ name value body) (let ((name)) body))))
(display (my-let1 x 1 x))

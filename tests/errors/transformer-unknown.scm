(import (scheme base))
(define-syntax swap!
  (er-macro-transformer
    (lambda (form rename compare) form)))

;; A library found as a file; its body runs once.
(define-library (data counter)
  (export next! (rename current count) times-loaded)
  (import (scheme base))
  (include "counter-body.scm"))

(define-library (data bad-export)
  (export nothing)
  (import (scheme base)))

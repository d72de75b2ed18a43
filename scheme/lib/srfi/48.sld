;; SRFI 48: intermediate format strings.
(define-library (srfi 48)
  (export format)
  (import (fermata format)))

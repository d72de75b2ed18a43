;; SRFI 62: #; before a datum leaves it out.  The reader knows it; there is nothing to import.
(define-library (srfi 62)
  (export)
  (import (scheme base)))

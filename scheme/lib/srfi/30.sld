;; SRFI 30: comments #| that nest |#.  The reader knows them; there is nothing to import.
(define-library (srfi 30)
  (export)
  (import (scheme base)))

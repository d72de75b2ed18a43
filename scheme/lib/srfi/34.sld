;; SRFI 34: exception handling for programs, the forms of R7RS.
(define-library (srfi 34)
  (export with-exception-handler guard raise else =>)
  (import (scheme base)))

;; (scheme mapping): mappings, SRFI 146 under its R7RS-large name.
(define-library (scheme mapping)
  (include-library-declarations "../srfi/146/names.scm")
  (import (srfi 146)))

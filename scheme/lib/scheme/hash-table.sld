;; (scheme hash-table): hash tables, SRFI 125 under its R7RS-large name.
(define-library (scheme hash-table)
  (include-library-declarations "../srfi/125/names.scm")
  (import (srfi 125)))

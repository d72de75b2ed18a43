;; (scheme ilist): immutable lists, SRFI 116 under its R7RS-large name.
(define-library (scheme ilist)
  (include-library-declarations "../srfi/116/names.scm")
  (import (srfi 116)))

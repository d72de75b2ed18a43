;; SRFI 166: monadic formatting, without columns, colors and pretty printing.
(define-library (srfi 166 base)
  (include-library-declarations "names.scm")
  (import (srfi 166 kernel)))

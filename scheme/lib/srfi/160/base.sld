;; SRFI 160: homogeneous numeric vectors; what is needed to make and use one of each type.
(define-library (srfi 160 base)
  (include-library-declarations "names.scm")
  (import (fermata builtins)))

;; SRFI 128: comparators, which bundle a type test, an equality, an ordering and a hash.
(define-library (srfi 128)
  (include-library-declarations "128/names.scm")
  (import (fermata builtins) (fermata list) (fermata table))
  (include "128/comparators.scm" "128/compound.scm" "128/default.scm"))

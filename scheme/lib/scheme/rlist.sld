;; (scheme rlist): random access lists, SRFI 101 under its R7RS-large name.
(define-library (scheme rlist)
  (include-library-declarations "rlist/names.scm")
  (import (scheme base) (only (fermata builtins) %wrong-type %out-of-range))
  (include "rlist/trees.scm" "rlist/lists.scm"))

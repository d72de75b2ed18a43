;; SRFI 146: mappings, which never change.
;;
;; A mapping is a balanced tree in the order of its keys; to put a key in makes a new tree
;; that shares nearly all of its nodes with the old one.
(define-library (srfi 146)
  (include-library-declarations "146/names.scm")
  (import (scheme base) (scheme case-lambda) (srfi 128))
  (include "146/tree.scm" "146/core.scm" "146/access.scm" "146/whole.scm"
           "146/ordered.scm"))

;; SRFI 41: streams, whose elements are computed when they are asked, and once.
;;
;; A stream holds a promise of () or of a pair: a promise of the element, and the rest as
;; a stream.  delay-force keeps long chains of lazy streams in constant space.
(define-library (srfi 41)
  (include-library-declarations "41/names.scm")
  (import (fermata builtins)
          (only (fermata control) make-promise force)
          (only (fermata list) map for-each any))
  (include "41/primitive.scm" "41/forms.scm" "41/procedures.scm"))

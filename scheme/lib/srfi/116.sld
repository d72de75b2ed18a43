;; SRFI 116: lists whose pairs never change.
(define-library (srfi 116)
  (include-library-declarations "116/names.scm")
  (import (scheme base) (srfi 128) (only (fermata builtins) %wrong-type))
  (include "116/pairs.scm" "116/making.scm" "116/walking.scm"
           "116/searching.scm"))

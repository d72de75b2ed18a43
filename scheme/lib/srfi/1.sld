;; SRFI 1: lists.
;;
;; What most programs use is in (fermata list); the rest of the SRFI is here, by idea:
;; making and recognising, parts, folding, and lists as sets.  Procedures with an
;; exclamation mark may reuse the pairs of their arguments; most do not, so that they
;; can be re-entered.
(define-library (srfi 1)
  (include-library-declarations "1/names.scm")
  (import (fermata builtins) (fermata list))
  (include "1/making.scm" "1/parts.scm" "1/folding.scm" "1/sets.scm"))

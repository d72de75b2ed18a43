;; SRFI 117: queues that are lists.
;;
;; A queue knows its list and the last pair of it, so both ends are at hand; only
;; removing the last element walks along the list.
(define-library (srfi 117)
  (include-library-declarations "117/names.scm")
  (import (scheme base) (only (fermata builtins) %wrong-type))
  (include "117/queues.scm"))

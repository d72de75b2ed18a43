;; SRFI 132: sorting, merging, medians and selection.
;;
;; The one merge sort is in (fermata sort); it is stable, so all the names of sorts mean
;; the same.  The procedure that compares may be re-entered: nothing is changed meanwhile.
(define-library (srfi 132)
  (include-library-declarations "132/names.scm")
  (import (fermata builtins)
          (only (fermata sort) list-sorted? vector-sorted? list-sort
                vector-sort vector-sort! list-merge))
  (include "132/sorting.scm" "132/selecting.scm"))

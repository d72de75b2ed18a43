;; SRFI 134: queues with two ends that never change.
;;
;; A deque is two lists, the front one and the back one turned around, with their lengths.
;; When one is more than three times as long as the other, both are made anew of equal
;; length; so adding and removing take constant time on average.
(define-library (srfi 134)
  (include-library-declarations "134/names.scm")
  (import (scheme base)
          (only (srfi 1) take drop append-reverse reduce unfold unfold-right
                filter remove partition find any every filter-map
                append-map count fold fold-right list-tabulate span break
                split-at take-while drop-while append-reverse))
  (include "134/ends.scm" "134/elements.scm"))

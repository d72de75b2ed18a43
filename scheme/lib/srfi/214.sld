;; SRFI 214: vectors that grow and shrink.
;;
;; The elements stand in a vector with room behind them, which doubles when it is full;
;; adding at the end takes constant time on the average.
(define-library (srfi 214)
  (export
   ;; making
   make-flexvector flexvector flexvector-unfold flexvector-unfold-right
   flexvector-copy flexvector-reverse-copy flexvector-append
   flexvector-concatenate flexvector-append-subvectors
   ;; asking
   flexvector? flexvector-empty? flexvector=? flexvector-ref
   flexvector-front flexvector-back flexvector-length
   ;; changing
   flexvector-add! flexvector-add-front! flexvector-add-back!
   flexvector-add-all! flexvector-remove! flexvector-remove-front!
   flexvector-remove-back! flexvector-remove-range! flexvector-clear! flexvector-set!
   flexvector-swap! flexvector-fill! flexvector-reverse! flexvector-copy!
   flexvector-reverse-copy! flexvector-append!
   ;; walking
   flexvector-fold flexvector-fold-right flexvector-map flexvector-map!
   flexvector-map/index flexvector-map/index! flexvector-append-map
   flexvector-append-map/index flexvector-filter flexvector-filter!
   flexvector-filter/index flexvector-filter/index! flexvector-for-each
   flexvector-for-each/index flexvector-count flexvector-cumulate
   ;; searching
   flexvector-index flexvector-index-right flexvector-skip
   flexvector-skip-right flexvector-binary-search flexvector-any
   flexvector-every flexvector-partition
   ;; from one to another
   flexvector->vector flexvector->list flexvector->string
   flexvector->generator vector->flexvector list->flexvector
   string->flexvector generator->flexvector reverse-flexvector->list
   reverse-list->flexvector)
  (import (scheme base) (only (fermata builtins) %wrong-type %out-of-range))
  (include "214/elements.scm" "214/making.scm" "214/walking.scm"
           "214/searching.scm"))

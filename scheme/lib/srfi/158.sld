;; SRFI 158: generators and accumulators.
;;
;; A generator is a procedure that gives the next value at each call, and at the end an
;; end-of-file object, again and again.  An accumulator takes a value at each call and
;; gives the result for an end-of-file object.
(define-library (srfi 158)
  (include-library-declarations "158/names.scm")
  (import (fermata builtins)
          (only (fermata list) any every map)
          (only (fermata control) %unwind-to-prompt))
  (include "158/making.scm" "158/operations.scm" "158/consuming.scm"
           "158/accumulators.scm"))

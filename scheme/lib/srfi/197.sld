;; SRFI 197: pipelines.
;;
;; (chain 1 (+ _ 2) (list _ _)) evaluates each step with the values of the one before in
;; the places of its _; a last _ followed by ... takes all that are left.  A step without
;; _ ignores them.  nest puts expressions into one another instead.  Where a syntax says
;; [hole [dots]], other identifiers may be given to be used in place of _ and ....
(define-library (srfi 197)
  (export chain chain-and chain-when chain-lambda nest nest-reverse)
  (import (scheme base))
  (include "197/steps.scm" "197/forms.scm"))

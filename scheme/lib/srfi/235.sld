;; SRFI 235: procedures made from procedures, and control as procedures.
(define-library (srfi 235)
  (export
   constantly complement swap flip on-left on-right conjoin disjoin
   each-of all-of any-of on left-section right-section apply-chain
   arguments-drop arguments-drop-right arguments-take arguments-take-right
   group-by
   begin-procedure if-procedure when-procedure unless-procedure
   value-procedure case-procedure and-procedure eager-and-procedure
   or-procedure eager-or-procedure funcall-procedure loop-procedure
   while-procedure until-procedure
   always never boolean)
  (import (scheme base)
          (only (srfi 1) any every take drop take-right drop-right))
  (include "235/combinators.scm" "235/control.scm"))

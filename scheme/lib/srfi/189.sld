;; SRFI 189: Maybe and Either, values that may be missing.
;;
;; A Maybe is Nothing or a Just; an Either is a Left or a Right.  All but Nothing carry
;; any number of values, their payload, which is kept as a list.
(define-library (srfi 189)
  (export
   ;; making and asking
   just nothing right left list->just list->right list->left
   maybe->either either->maybe either-swap
   maybe? either? just? nothing? right? left? maybe= either=
   ;; payloads
   maybe-ref either-ref maybe-ref/default either-ref/default
   maybe-join either-join maybe-bind either-bind
   maybe-compose either-compose
   ;; as sequences
   maybe-length either-length maybe-filter maybe-remove
   either-filter either-remove maybe-sequence either-sequence
   maybe-map either-map maybe-for-each either-for-each
   maybe-fold either-fold maybe-unfold either-unfold
   ;; from and to other protocols
   maybe->list either->list list->maybe list->either
   maybe->truth either->truth truth->maybe truth->either
   maybe->list-truth either->list-truth list-truth->maybe
   list-truth->either
   maybe->generation either->generation generation->maybe
   generation->either
   maybe->values either->values values->maybe values->either
   maybe->two-values two-values->maybe exception->either
   ;; syntax
   maybe-if maybe-and either-and maybe-or either-or
   maybe-let* either-let* maybe-let*-values either-let*-values
   either-guard
   ;; three values: Just true, Just false, Nothing
   tri-not tri=? tri-and tri-or tri-merge)
  (import (scheme base) (scheme case-lambda)
          (only (srfi 128) comparator? comparator-equality-predicate))
  (include "189/values.scm" "189/payloads.scm" "189/sequences.scm"
           "189/protocols.scm" "189/forms.scm" "189/tri.scm"))

;; Pattern matching.  One pattern language, where symbols bind:
;;
;;   x                matches anything and binds x; a second x must be equal to the first
;;   _                matches anything
;;   5 "s" #\c #t     that datum (by equal?); 'datum and () as well
;;   (p ...)          a list of as many elements; (p . q) a pair; #(p ...) a vector
;;   (p ooo q ...)    p any number of times, binding lists: ooo is ... or ___, and ..1
;;                    wants at least one; also in vectors
;;   `(a ,p ,@q)      a template: what is not unquoted matches itself
;;   (and p ...)  (or p ...)  (not p)
;;   (? predicate p ...)    what predicate is true of, and the patterns match
;;   (== expression)        what is equal? to the expression's value
;;   (= proc p)             p matches what proc returns for it
;;   ($ type p ...)         a record of the type, its fields from the first on
;;
;; A clause is (pattern body ...), (pattern (guard test) body ...), whose test may refuse,
;; or (pattern (=> next) body ...), whose body may call next to go on with the clauses
;; that follow.  A message ('EXIT pid reason) is matched as it is written.
(define-library (fermata match)
  (export match match-lambda match-lambda* match-let match-let* match-define)
  (import (scheme base)
          (only (fermata builtins)
                er-macro-transformer %strip-syntax %record? %record-ref
                record-type-fields record-type?)
          (fermata match-compiler))
  (include "match.scm"))

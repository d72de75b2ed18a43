;; SRFI 160: vectors of u64.
(define-library (srfi 160 u64)
  (include-library-declarations "types/u64.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) u64)
                  (u64define-typed-procedures define-typed-procedures)
                  (u64vector->reversed-list reverse-u64vector->list)
                  (u64vector-generator make-u64vector-generator)
                  (u64write-vector write-u64vector)))
  (begin
    (define-typed-procedures
     (make-u64vector 0) u64vector? u64?
     u64vector-unfold u64vector-unfold-right u64vector-append
     u64vector-concatenate u64vector-append-subvectors vector->u64vector
     reverse-list->u64vector u64vector-comparator)))

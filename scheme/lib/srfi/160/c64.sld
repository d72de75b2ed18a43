;; SRFI 160: vectors of c64.
(define-library (srfi 160 c64)
  (include-library-declarations "types/c64.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) c64)
                  (c64define-typed-procedures define-typed-procedures)
                  (c64vector->reversed-list reverse-c64vector->list)
                  (c64vector-generator make-c64vector-generator)
                  (c64write-vector write-c64vector)))
  (begin
    (define-typed-procedures
     (make-c64vector 0) c64vector? c64?
     c64vector-unfold c64vector-unfold-right c64vector-append
     c64vector-concatenate c64vector-append-subvectors vector->c64vector
     reverse-list->c64vector c64vector-comparator)))

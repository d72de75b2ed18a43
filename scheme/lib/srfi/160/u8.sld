;; SRFI 160: vectors of u8.
(define-library (srfi 160 u8)
  (include-library-declarations "types/u8.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) u8)
                  (u8define-typed-procedures define-typed-procedures)
                  (u8vector->reversed-list reverse-u8vector->list)
                  (u8vector-generator make-u8vector-generator)
                  (u8write-vector write-u8vector)))
  (begin
    (define-typed-procedures
     (make-u8vector 0) u8vector? u8?
     u8vector-unfold u8vector-unfold-right u8vector-append
     u8vector-concatenate u8vector-append-subvectors vector->u8vector
     reverse-list->u8vector u8vector-comparator)))

;; SRFI 160: vectors of u16.
(define-library (srfi 160 u16)
  (include-library-declarations "types/u16.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) u16)
                  (u16define-typed-procedures define-typed-procedures)
                  (u16vector->reversed-list reverse-u16vector->list)
                  (u16vector-generator make-u16vector-generator)
                  (u16write-vector write-u16vector)))
  (begin
    (define-typed-procedures
     (make-u16vector 0) u16vector? u16?
     u16vector-unfold u16vector-unfold-right u16vector-append
     u16vector-concatenate u16vector-append-subvectors vector->u16vector
     reverse-list->u16vector u16vector-comparator)))

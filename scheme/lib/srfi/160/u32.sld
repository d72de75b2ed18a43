;; SRFI 160: vectors of u32.
(define-library (srfi 160 u32)
  (include-library-declarations "types/u32.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) u32)
                  (u32define-typed-procedures define-typed-procedures)
                  (u32vector->reversed-list reverse-u32vector->list)
                  (u32vector-generator make-u32vector-generator)
                  (u32write-vector write-u32vector)))
  (begin
    (define-typed-procedures
     (make-u32vector 0) u32vector? u32?
     u32vector-unfold u32vector-unfold-right u32vector-append
     u32vector-concatenate u32vector-append-subvectors vector->u32vector
     reverse-list->u32vector u32vector-comparator)))

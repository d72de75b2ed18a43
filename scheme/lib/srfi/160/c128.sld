;; SRFI 160: vectors of c128.
(define-library (srfi 160 c128)
  (include-library-declarations "types/c128.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) c128)
                  (c128define-typed-procedures define-typed-procedures)
                  (c128vector->reversed-list reverse-c128vector->list)
                  (c128vector-generator make-c128vector-generator)
                  (c128write-vector write-c128vector)))
  (begin
    (define-typed-procedures
     (make-c128vector 0) c128vector? c128?
     c128vector-unfold c128vector-unfold-right c128vector-append
     c128vector-concatenate c128vector-append-subvectors vector->c128vector
     reverse-list->c128vector c128vector-comparator)))

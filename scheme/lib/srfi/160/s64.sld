;; SRFI 160: vectors of s64.
(define-library (srfi 160 s64)
  (include-library-declarations "types/s64.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) s64)
                  (s64define-typed-procedures define-typed-procedures)
                  (s64vector->reversed-list reverse-s64vector->list)
                  (s64vector-generator make-s64vector-generator)
                  (s64write-vector write-s64vector)))
  (begin
    (define-typed-procedures
     (make-s64vector 0) s64vector? s64?
     s64vector-unfold s64vector-unfold-right s64vector-append
     s64vector-concatenate s64vector-append-subvectors vector->s64vector
     reverse-list->s64vector s64vector-comparator)))

;; SRFI 160: vectors of s8.
(define-library (srfi 160 s8)
  (include-library-declarations "types/s8.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) s8)
                  (s8define-typed-procedures define-typed-procedures)
                  (s8vector->reversed-list reverse-s8vector->list)
                  (s8vector-generator make-s8vector-generator)
                  (s8write-vector write-s8vector)))
  (begin
    (define-typed-procedures
     (make-s8vector 0) s8vector? s8?
     s8vector-unfold s8vector-unfold-right s8vector-append
     s8vector-concatenate s8vector-append-subvectors vector->s8vector
     reverse-list->s8vector s8vector-comparator)))

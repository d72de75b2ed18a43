;; SRFI 160: vectors of s16.
(define-library (srfi 160 s16)
  (include-library-declarations "types/s16.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) s16)
                  (s16define-typed-procedures define-typed-procedures)
                  (s16vector->reversed-list reverse-s16vector->list)
                  (s16vector-generator make-s16vector-generator)
                  (s16write-vector write-s16vector)))
  (begin
    (define-typed-procedures
     (make-s16vector 0) s16vector? s16?
     s16vector-unfold s16vector-unfold-right s16vector-append
     s16vector-concatenate s16vector-append-subvectors vector->s16vector
     reverse-list->s16vector s16vector-comparator)))

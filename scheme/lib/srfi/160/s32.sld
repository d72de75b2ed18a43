;; SRFI 160: vectors of s32.
(define-library (srfi 160 s32)
  (include-library-declarations "types/s32.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) s32)
                  (s32define-typed-procedures define-typed-procedures)
                  (s32vector->reversed-list reverse-s32vector->list)
                  (s32vector-generator make-s32vector-generator)
                  (s32write-vector write-s32vector)))
  (begin
    (define-typed-procedures
     (make-s32vector 0) s32vector? s32?
     s32vector-unfold s32vector-unfold-right s32vector-append
     s32vector-concatenate s32vector-append-subvectors vector->s32vector
     reverse-list->s32vector s32vector-comparator)))

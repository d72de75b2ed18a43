;; SRFI 160: vectors of f32.
(define-library (srfi 160 f32)
  (include-library-declarations "types/f32.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) f32)
                  (f32define-typed-procedures define-typed-procedures)
                  (f32vector->reversed-list reverse-f32vector->list)
                  (f32vector-generator make-f32vector-generator)
                  (f32write-vector write-f32vector)))
  (begin
    (define-typed-procedures
     (make-f32vector 0) f32vector? f32?
     f32vector-unfold f32vector-unfold-right f32vector-append
     f32vector-concatenate f32vector-append-subvectors vector->f32vector
     reverse-list->f32vector f32vector-comparator)))

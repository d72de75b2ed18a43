;; SRFI 160: vectors of f64.
(define-library (srfi 160 f64)
  (include-library-declarations "types/f64.scm")
  (import (only (fermata builtins) define quote)
          (srfi 160 base)
          (rename (prefix (srfi 160 any) f64)
                  (f64define-typed-procedures define-typed-procedures)
                  (f64vector->reversed-list reverse-f64vector->list)
                  (f64vector-generator make-f64vector-generator)
                  (f64write-vector write-f64vector)))
  (begin
    (define-typed-procedures
     (make-f64vector 0) f64vector? f64?
     f64vector-unfold f64vector-unfold-right f64vector-append
     f64vector-concatenate f64vector-append-subvectors vector->f64vector
     reverse-list->f64vector f64vector-comparator)))

;; SRFI 132 for Guile, as far as the programs use it: its own sort.
(define-module (srfi srfi-132)
  #:use-module (rnrs sorting)
  #:re-export (list-sort vector-sort))

;; What the libraries of SRFI 166 stand on: the state of formatting, the names of the base
;; library, and what pretty printing and columns need besides.
;;
;; A formatter is a procedure of one argument, the state: a vector with a slot for each
;; variable of the specification. It writes, changes the state, and returns nothing of
;; interest. A copy of the vector is a state of its own, which is all that forked needs.
(define-library (srfi 166 kernel)
  (include-library-declarations "names.scm")
  (export run-formatter emit state-ref state-set! copy-state
          find-labels opened-label abbreviation tree-writer text-of)
  (import (scheme base) (scheme char) (scheme complex) (scheme inexact)
          (scheme write)
          (only (fermata builtins) %string-index %string-index-right)
          (only (fermata table) make-eq-hash-table hash-table-ref/default
                hash-table-set! hash-table-size)
          (only (fermata string) string-index string-join))
  (include "state.scm" "output.scm" "combining.scm" "numbers.scm" "writing.scm"
           "padding.scm"))

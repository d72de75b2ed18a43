;; SRFI 113: sets and bags.
;;
;; Both are one thing inside: a hash table from each element to how often it is there,
;; which in a set is once.  What sets and bags can both do is written once, for two
;; names; the operations of set algebra are arithmetic on the two counts of an element.
(define-library (srfi 113)
  (include-library-declarations "113/names.scm")
  (import (scheme base) (srfi 128)
          (only (srfi 125) make-hash-table hash-table-ref/default
                hash-table-set! hash-table-delete! hash-table-size
                hash-table-values hash-table-copy hash-table-clear!))
  (include "113/counts.scm" "113/both.scm" "113/changing.scm"
           "113/algebra.scm"
           "113/bags.scm"))

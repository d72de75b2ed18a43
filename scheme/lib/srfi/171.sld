;; SRFI 171: transducers.
;;
;; A reducer makes something of elements: (r) is what it starts with, (r result element)
;; takes one more, (r result) finishes.  A transducer makes a reducer of a reducer, so
;; that mapping, filtering and the like can be composed before it is known where the
;; elements come from and where they go.  A reduced result asks for no more elements.
(define-library (srfi 171)
  (export
   ;; reducers
   rcons reverse-rcons rcount rany revery
   ;; transducing
   list-transduce vector-transduce string-transduce bytevector-u8-transduce
   port-transduce generator-transduce
   ;; transducers
   tmap tfilter tremove tfilter-map treplace tdrop ttake tdrop-while
   ttake-while tconcatenate tappend-map tflatten tdelete-neighbor-duplicates
   tdelete-duplicates tsegment tpartition tadd-between tenumerate tlog)
  (import (scheme base) (scheme case-lambda) (scheme read) (scheme write)
          (srfi 171 meta)
          (only (srfi 69) hash-table?)
          (only (srfi 125) make-hash-table hash-table-ref/default
                hash-table-contains? hash-table-set!))
  (include "171/reducers.scm" "171/transducers.scm" "171/groups.scm"))

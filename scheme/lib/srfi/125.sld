;; SRFI 125: hash tables.
;;
;; The tables and most of what is done with them are (fermata table)'s.  Here a table
;; may be made with a comparator, and several keys may be set or deleted at once.
(define-library (srfi 125)
  (include-library-declarations "125/names.scm")
  (import (except (fermata builtins) hash-table-set! hash-table-delete!)
          (rename (except (fermata table) alist->hash-table hash-table-merge!)
                  (make-hash-table %make-hash-table)
                  (hash-table-set! %hash-table-set!)
                  (hash-table-delete! %hash-table-delete!))
          (srfi 128))
  (include "125/tables.scm"))

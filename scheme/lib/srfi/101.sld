;; SRFI 101: pairs and lists that never change, with fast access to any element.
;;
;; The names are those of (scheme base), so this library is imported with a prefix or in
;; their place; (scheme rlist) has them with an r.
(define-library (srfi 101)
  (export
   (rename rquote quote) (rename rpair? pair?) (rename rcons cons)
   (rename rcar car) (rename rcdr cdr)
   (rename rcaar caar) (rename rcadr cadr) (rename rcdar cdar)
   (rename rcddr cddr) (rename rcaaar caaar) (rename rcaadr caadr)
   (rename rcadar cadar) (rename rcaddr caddr) (rename rcdaar cdaar)
   (rename rcdadr cdadr) (rename rcddar cddar) (rename rcdddr cdddr)
   (rename rcaaaar caaaar) (rename rcaaadr caaadr) (rename rcaadar caadar)
   (rename rcaaddr caaddr) (rename rcadaar cadaar) (rename rcadadr cadadr)
   (rename rcaddar caddar) (rename rcadddr cadddr) (rename rcdaaar cdaaar)
   (rename rcdaadr cdaadr) (rename rcdadar cdadar) (rename rcdaddr cdaddr)
   (rename rcddaar cddaar) (rename rcddadr cddadr) (rename rcdddar cdddar)
   (rename rcddddr cddddr)
   (rename rnull? null?) (rename rlist? list?) (rename rlist list)
   (rename make-rlist make-list) (rename rlength length)
   (rename rappend append) (rename rreverse reverse)
   (rename rlist-tail list-tail) (rename rlist-ref list-ref)
   (rename rlist-set list-set) (rename rlist-ref/update list-ref/update)
   (rename rmap map) (rename rfor-each for-each)
   (rename rlist->list random-access-list->linear-access-list)
   (rename list->rlist linear-access-list->random-access-list))
  (import (scheme rlist)))

;; (scheme cxr): Compositions of three and four car and cdr. R7RS 6.4.
(define-library (scheme cxr)
  (export caaar caadr cadar caddr cdaar cdadr cddar cdddr caaaar caaadr
          caadar caaddr cadaar cadadr caddar cadddr cdaaar cdaadr cdadar
          cdaddr cddaar cddadr cdddar cddddr)
  (import (fermata builtins)))

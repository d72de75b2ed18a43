;; SRFI 210: syntax and procedures for several values.
(define-library (srfi 210)
  (export apply/mv call/mv list/mv vector/mv box/mv value/mv coarity
          set!-values with-values case-receive bind/mv
          list-values vector-values box-values value identity
          compose-left compose-right map-values bind/list bind/box bind)
  (import (scheme base) (scheme case-lambda) (srfi 111))
  (include "210/forms.scm" "210/procedures.scm"))

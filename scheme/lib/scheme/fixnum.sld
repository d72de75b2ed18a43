;; (scheme fixnum) of R7RS-large: SRFI 143.
(define-library (scheme fixnum)
  (export fx-width fx-greatest fx-least fxsqrt fx+/carry fx-/carry fx*/carry
          fxbit-field fxbit-field-rotate fxbit-field-reverse fixnum? fx=? fx<?
          fx>? fx<=? fx>=? fxzero? fxpositive? fxnegative? fxodd? fxeven?
          fxmax fxmin fx+ fx- fx* fxneg fxquotient fxremainder fxabs fxsquare
          fxnot fxand fxior fxxor fxarithmetic-shift fxarithmetic-shift-left
          fxarithmetic-shift-right fxbit-count fxlength fxif fxbit-set?
          fxcopy-bit fxfirst-set-bit)
  (import (srfi 143)))

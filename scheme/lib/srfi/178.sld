;; SRFI 178: vectors of bits.
;;
;; A bit is 0 or 1, or #f or #t; a procedure whose name ends with /int gives the former,
;; with /bool the latter. Each bit takes a byte of a bytevector.
(define-library (srfi 178)
  (export
   ;; bits
   bit->integer bit->boolean
   ;; making
   make-bitvector bitvector bitvector-unfold bitvector-unfold-right
   bitvector-copy bitvector-reverse-copy bitvector-append
   bitvector-concatenate bitvector-append-subbitvectors
   ;; asking
   bitvector? bitvector-empty? bitvector=? bitvector-ref/int
   bitvector-ref/bool bitvector-length
   ;; walking
   bitvector-take bitvector-take-right bitvector-drop bitvector-drop-right
   bitvector-segment bitvector-fold/int bitvector-fold/bool
   bitvector-fold-right/int bitvector-fold-right/bool bitvector-map/int
   bitvector-map/bool bitvector-map!/int bitvector-map!/bool
   bitvector-map->list/int bitvector-map->list/bool bitvector-for-each/int
   bitvector-for-each/bool
   ;; the ends
   bitvector-prefix-length bitvector-suffix-length bitvector-prefix?
   bitvector-suffix? bitvector-pad bitvector-pad-right bitvector-trim
   bitvector-trim-right bitvector-trim-both
   ;; changing
   bitvector-set! bitvector-swap! bitvector-reverse! bitvector-copy!
   bitvector-reverse-copy!
   ;; from one to another
   bitvector->list/int bitvector->list/bool reverse-bitvector->list/int
   reverse-bitvector->list/bool list->bitvector reverse-list->bitvector
   bitvector->vector/int bitvector->vector/bool
   reverse-bitvector->vector/int reverse-bitvector->vector/bool
   vector->bitvector reverse-vector->bitvector bitvector->string
   string->bitvector bitvector->integer integer->bitvector
   make-bitvector/int-generator make-bitvector/bool-generator
   make-bitvector-accumulator
   ;; logic
   bitvector-not bitvector-not! bitvector-and bitvector-and! bitvector-ior
   bitvector-ior! bitvector-xor bitvector-xor! bitvector-eqv bitvector-eqv!
   bitvector-nand bitvector-nand! bitvector-nor bitvector-nor!
   bitvector-andc1 bitvector-andc1! bitvector-andc2 bitvector-andc2!
   bitvector-orc1 bitvector-orc1! bitvector-orc2 bitvector-orc2!
   bitvector-logical-shift bitvector-count bitvector-count-run
   bitvector-if bitvector-first-bit
   ;; fields
   bitvector-field-any? bitvector-field-every? bitvector-field-clear
   bitvector-field-clear! bitvector-field-set bitvector-field-set!
   bitvector-field-replace bitvector-field-replace!
   bitvector-field-replace-same bitvector-field-replace-same!
   bitvector-field-rotate bitvector-field-flip bitvector-field-flip!)
  (import (scheme base) (only (fermata builtins) %wrong-type %out-of-range))
  (include "178/bits.scm" "178/walking.scm" "178/converting.scm"
           "178/logic.scm"))

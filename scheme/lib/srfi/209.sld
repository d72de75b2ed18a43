;; SRFI 209: enumerations, and sets of their members.
;;
;; A set is the type and an integer whose bit k stands for the member of ordinal k. Sets
;; never change; the procedures with an exclamation mark make new ones, which the SRFI
;; allows.
(define-library (srfi 209)
  (export
   ;; types and members
   make-enum-type enum-type? enum? enum-type-contains? enum-type enum-name
   enum-ordinal enum-value enum-name->enum enum-ordinal->enum
   enum-name->ordinal enum-name->value enum-ordinal->name
   enum-ordinal->value enum-type-size enum-min enum-max enum-type-enums
   enum-type-names enum-type-values enum-next enum-prev
   enum=? enum<? enum>? enum<=? enum>=? make-enum-comparator
   enum-constructor enum-accessor
   ;; sets
   enum-empty-set enum-type->enum-set enum-set list->enum-set
   enum-set-projection enum-set-copy make-enumeration enum-set-universe
   enum-set-constructor enum-set-type enum-set-indexer enum-set?
   enum-set-contains? enum-set-member? enum-set-empty? enum-set-disjoint?
   enum-set=? enum-set<? enum-set>? enum-set<=? enum-set>=?
   enum-set-subset? enum-set-any? enum-set-every?
   enum-set-adjoin enum-set-adjoin! enum-set-delete enum-set-delete!
   enum-set-delete-all enum-set-delete-all! enum-set-size
   enum-set->enum-list enum-set->list enum-set-map->list
   enum-set-for-each enum-set-filter enum-set-filter! enum-set-remove
   enum-set-remove! enum-set-count enum-set-fold
   enum-set-union enum-set-union! enum-set-intersection
   enum-set-intersection! enum-set-difference enum-set-difference!
   enum-set-xor enum-set-xor! enum-set-complement enum-set-complement!
   ;; forms
   define-enum define-enumeration)
  (import (scheme base) (srfi 128)
          (only (srfi 1) filter)
          (only (srfi 151) bitwise-and bitwise-ior bitwise-xor bitwise-andc2
                bit-set? bit-count arithmetic-shift)
          (only (fermata table) make-eq-hash-table hash-table-ref/default
                hash-table-set!))
  (include "209/types.scm" "209/sets.scm" "209/forms.scm"))

;; SRFI 14: sets of characters.
;;
;; A set is a sorted vector of boundaries, #(first1 after1 first2 after2 ...): a character
;; belongs to it when an odd number of boundaries are at or before its code point.  So all
;; set operations are one walk along two such vectors.  Sets never change; the procedures
;; with an exclamation mark make new ones, which the SRFI allows.
(define-library (srfi 14)
  (include-library-declarations "14/names.scm")
  (import (fermata builtins) (only (fermata list) any every)
          (only (fermata sort) list-sort))
  (include "14/boundaries.scm" "14/sets.scm" "14/making.scm"
           "14/walking.scm" "14/standard.scm"))

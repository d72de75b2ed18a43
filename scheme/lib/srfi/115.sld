;; SRFI 115: regular expressions.
;;
;; A regular expression becomes a graph of states, once; a search walks the string with
;; all states it may be in at the same time (Thompson, Pike).  So the time is at most the
;; length of the string times the size of the expression, whatever the expression is, and
;; the walk is ordinary code: it can be preempted and stopped like any other.
;;
;; Of several matches the leftmost and then the longest is taken, as in POSIX; but in an
;; expression with a non-greedy operator the first in the order of preference, as in
;; Perl.  Left out are look-ahead, look-behind and backref, which cannot be had in such
;; time; they are refused by name.
(define-library (srfi 115)
  (include-library-declarations "115/names.scm")
  (import (fermata builtins)
          (only (fermata list) map for-each every fold)
          (only (fermata table) make-eqv-hash-table)
          (srfi 14))
  (include "115/character-sets.scm" "115/compile.scm" "115/search.scm"
           "115/matches.scm"))

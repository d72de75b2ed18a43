;; SRFI 13: strings, for older programs; new ones are better off with (srfi 152).
;;
;; A criterion is a character, a predicate or a set of (srfi 14).  Left out are the
;; procedures for writing such a library: string-parse-start+end and its kin, and the
;; tables of Knuth, Morris and Pratt.
(define-library (srfi 13)
  (export
   string? string-null? string-every string-any
   make-string string string-tabulate string->list list->string
   reverse-list->string string-join
   string-length string-ref string-copy substring/shared string-copy!
   string-take string-take-right string-drop string-drop-right
   string-pad string-pad-right
   string-trim string-trim-right string-trim-both
   string-set! string-fill!
   string-compare string-compare-ci
   string<> string= string< string> string<= string>=
   string-ci<> string-ci= string-ci< string-ci> string-ci<= string-ci>=
   string-hash string-hash-ci
   string-prefix-length string-suffix-length
   string-prefix-length-ci string-suffix-length-ci
   string-prefix? string-suffix? string-prefix-ci? string-suffix-ci?
   string-index string-index-right string-skip string-skip-right
   string-count string-contains string-contains-ci
   string-titlecase string-upcase string-downcase
   string-titlecase! string-upcase! string-downcase!
   string-reverse string-reverse! string-append string-append/shared
   string-concatenate string-concatenate/shared
   string-concatenate-reverse string-concatenate-reverse/shared
   string-map string-map! string-fold string-fold-right
   string-unfold string-unfold-right string-for-each
   string-for-each-index
   xsubstring string-xcopy! string-replace string-tokenize
   string-filter string-delete)
  (import (except (fermata builtins)
                  string-join string-pad string-pad-right string-prefix?
                  string-suffix? string-contains string-split
                  string-reverse string-hash string-upcase
                  string-downcase)
          (prefix (only (fermata builtins) string-reverse string-hash
                        string-upcase string-downcase)
                  %whole-)
          (except (srfi 152)
                  string-every string-any string-trim string-trim-right
                  string-trim-both string-index string-index-right
                  string-skip string-skip-right string-count
                  string-filter string-remove string-map
                  string-for-each)
          (prefix (only (srfi 152)
                        string-every string-any string-trim
                        string-trim-right string-trim-both string-index
                        string-index-right string-skip
                        string-skip-right string-count string-filter
                        string-remove)
                  %by-)
          (only (srfi 14) char-set? char-set-contains? char-set:graphic))
  (include "13/criteria.scm" "13/comparing.scm" "13/changing.scm"))

;; SRFI 152: strings, by index and with predicates.
;;
;; What searches without a procedure is native; (fermata string) has what most programs
;; use; here are the ranges, the other searches and the rest of the SRFI.  (srfi 13) and
;; (srfi 130) are made of this library.
(define-library (srfi 152)
  (include-library-declarations "152/names.scm")
  (import (rename (except (fermata builtins) %string-trim %string-trim-right
                          %string-trim-both string-null? string-split
                          string-reverse)
                  (string-prefix? %prefix?) (string-suffix? %suffix?)
                  (string-join %join) (string-pad %pad)
                  (string-pad-right %pad-right)
                  (string-contains %contains))
          (only (fermata string) string-null? string-map string-for-each
                string-count string-index string-index-right
                string-any string-every string-fold string-fold-right
                string-tabulate string-filter string-remove)
          (prefix (only (fermata string) string-trim string-trim-right
                        string-trim-both)
                  %))
  (include "152/parts.scm" "152/searching.scm" "152/joining.scm"))

;; SRFI 130: strings by cursors.
;;
;; Every character of a string is as quick to reach as any other here, so a cursor is the
;; index; all is (srfi 152)'s but what answers with cursors in a way of its own.
(define-library (srfi 130)
  (export
   ;; cursors
   string-cursor? string-cursor-start string-cursor-end string-cursor-next
   string-cursor-prev string-cursor-forward string-cursor-back
   string-cursor=? string-cursor<? string-cursor>? string-cursor<=?
   string-cursor>=? string-cursor-diff string-cursor->index
   string-index->cursor
   ;; asking, making, converting
   string? string-null? string-every string-any
   make-string string string-tabulate string-unfold string-unfold-right
   string->list/cursors string->vector/cursors string->list string->vector
   list->string vector->string reverse-list->string string-join
   ;; parts
   string-length string-ref string-ref/cursor substring substring/cursors
   string-copy string-copy/cursors string-take string-drop
   string-take-right string-drop-right string-pad string-pad-right
   string-trim string-trim-right string-trim-both
   ;; comparing, searching
   string-prefix-length string-suffix-length string-prefix?
   string-suffix? string-index string-index-right string-skip
   string-skip-right string-contains string-contains-right
   ;; the whole string
   string-reverse string-append string-concatenate
   string-concatenate-reverse string-fold string-fold-right
   string-for-each-cursor string-replicate string-count string-replace
   string-split string-filter string-remove)
  (import (except (fermata builtins)
                  string-reverse string-join string-pad string-pad-right
                  string-prefix? string-suffix? string-contains
                  string-split)
          (prefix (only (fermata builtins) string-reverse) %whole-)
          (rename (srfi 152)
                  (string-index %string-index-of)
                  (string-index-right %string-index-right-of)
                  (string-skip %string-skip)
                  (string-skip-right %string-skip-right)))
  (include "130/cursors.scm"))

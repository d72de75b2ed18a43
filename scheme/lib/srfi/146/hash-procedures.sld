;; The procedures of hashmaps, under the names of mappings.
(define-library (srfi 146 hash-procedures)
  (export
   mapping? mapping mapping-unfold alist->mapping alist->mapping!
   mapping-key-comparator mapping-empty? mapping-contains? mapping-ref
   mapping-ref/default mapping-adjoin mapping-adjoin! mapping-set mapping-set!
   mapping-replace mapping-replace! mapping-delete mapping-delete!
   mapping-delete-all mapping-delete-all! mapping-intern mapping-intern!
   mapping-update mapping-update! mapping-update/default
   mapping-update!/default mapping-pop mapping-pop! mapping-search
   mapping-search! mapping-size mapping-fold mapping->alist mapping-map->list
   mapping-keys mapping-values mapping-entries mapping-find mapping-count
   mapping-any? mapping-every? mapping-for-each mapping-map mapping-filter
   mapping-filter! mapping-remove mapping-remove! mapping-partition
   mapping-partition! mapping-copy mapping-disjoint? mapping-union
   mapping-union! mapping-intersection mapping-intersection!
   mapping-difference mapping-difference! mapping-xor mapping-xor! mapping=?
   mapping<? mapping>? mapping<=? mapping>=? make-mapping-comparator
   mapping-comparator)
  (import (scheme base) (scheme case-lambda) (srfi 128))
  (include "tree.scm" "hash-core.scm" "access.scm" "whole.scm"))

;; The names of SRFI 146 for hashmaps, and what they do, for (srfi 146 hash) and
;; (scheme mapping hash).  The procedures are those of mappings, on another core.
(export
 hashmap? hashmap hashmap-unfold alist->hashmap alist->hashmap!
 hashmap-key-comparator hashmap-empty? hashmap-contains? hashmap-ref
 hashmap-ref/default hashmap-adjoin hashmap-adjoin! hashmap-set hashmap-set!
 hashmap-replace hashmap-replace! hashmap-delete hashmap-delete!
 hashmap-delete-all hashmap-delete-all! hashmap-intern hashmap-intern!
 hashmap-update hashmap-update! hashmap-update/default hashmap-update!/default
 hashmap-pop hashmap-pop! hashmap-search hashmap-search! hashmap-size
 hashmap-fold hashmap->alist hashmap-map->list hashmap-keys hashmap-values
 hashmap-entries hashmap-find hashmap-count hashmap-any? hashmap-every?
 hashmap-for-each hashmap-map hashmap-filter hashmap-filter! hashmap-remove
 hashmap-remove! hashmap-partition hashmap-partition! hashmap-copy
 hashmap-disjoint? hashmap-union hashmap-union! hashmap-intersection
 hashmap-intersection! hashmap-difference hashmap-difference! hashmap-xor
 hashmap-xor! hashmap=? hashmap<? hashmap>? hashmap<=? hashmap>=?
 make-hashmap-comparator hashmap-comparator comparator?)

;;> (hashmap? obj)
;;> Like mapping?, for hashmaps.
;;
;;> (hashmap comparator [key value] ...)
;;> Like mapping, for hashmaps.
;;
;;> (hashmap-unfold stop? mapper successor seed comparator)
;;> Like mapping-unfold, for hashmaps.
;;
;;> (alist->hashmap comparator alist)
;;> Like alist->mapping, for hashmaps.
;;
;;> (alist->hashmap! hashmap alist)
;;> Like alist->mapping!, for hashmaps.
;;
;;> (hashmap-key-comparator hashmap)
;;> Like mapping-key-comparator, for hashmaps.
;;
;;> (hashmap-empty? hashmap)
;;> Like mapping-empty?, for hashmaps.
;;
;;> (hashmap-contains? hashmap key)
;;> Like mapping-contains?, for hashmaps.
;;
;;> (hashmap-ref hashmap key [failure [success]])
;;> Like mapping-ref, for hashmaps.
;;
;;> (hashmap-ref/default hashmap key default)
;;> Like mapping-ref/default, for hashmaps.
;;
;;> (hashmap-adjoin hashmap [key value] ...)
;;> Like mapping-adjoin, for hashmaps.
;;
;;> (hashmap-adjoin! hashmap [key value] ...)
;;> Like mapping-adjoin!, for hashmaps.
;;
;;> (hashmap-set hashmap [key value] ...)
;;> Like mapping-set, for hashmaps.
;;
;;> (hashmap-set! hashmap [key value] ...)
;;> Like mapping-set!, for hashmaps.
;;
;;> (hashmap-replace hashmap key value)
;;> Like mapping-replace, for hashmaps.
;;
;;> (hashmap-replace! hashmap key value)
;;> Like mapping-replace!, for hashmaps.
;;
;;> (hashmap-delete hashmap key ...)
;;> Like mapping-delete, for hashmaps.
;;
;;> (hashmap-delete! hashmap key ...)
;;> Like mapping-delete!, for hashmaps.
;;
;;> (hashmap-delete-all hashmap list)
;;> Like mapping-delete-all, for hashmaps.
;;
;;> (hashmap-delete-all! hashmap list)
;;> Like mapping-delete-all!, for hashmaps.
;;
;;> (hashmap-intern hashmap key failure)
;;> Like mapping-intern, for hashmaps.
;;
;;> (hashmap-intern! hashmap key failure)
;;> Like mapping-intern!, for hashmaps.
;;
;;> (hashmap-update hashmap key updater [failure [success]])
;;> Like mapping-update, for hashmaps.
;;
;;> (hashmap-update! hashmap key updater [failure [success]])
;;> Like mapping-update!, for hashmaps.
;;
;;> (hashmap-update/default hashmap key updater default)
;;> Like mapping-update/default, for hashmaps.
;;
;;> (hashmap-update!/default hashmap key updater default)
;;> Like mapping-update!/default, for hashmaps.
;;
;;> (hashmap-pop hashmap [failure])
;;> Like mapping-pop, for hashmaps.
;;
;;> (hashmap-pop! hashmap [failure])
;;> Like mapping-pop!, for hashmaps.
;;
;;> (hashmap-search hashmap key failure success)
;;> Like mapping-search, for hashmaps.
;;
;;> (hashmap-search! hashmap key failure success)
;;> Like mapping-search!, for hashmaps.
;;
;;> (hashmap-size hashmap)
;;> Like mapping-size, for hashmaps.
;;
;;> (hashmap-fold proc init hashmap)
;;> Like mapping-fold, for hashmaps.
;;
;;> (hashmap->alist hashmap)
;;> Like mapping->alist, for hashmaps.
;;
;;> (hashmap-map->list proc hashmap)
;;> Like mapping-map->list, for hashmaps.
;;
;;> (hashmap-keys hashmap)
;;> Like mapping-keys, for hashmaps.
;;
;;> (hashmap-values hashmap)
;;> Like mapping-values, for hashmaps.
;;
;;> (hashmap-entries hashmap)
;;> Like mapping-entries, for hashmaps.
;;
;;> (hashmap-find pred hashmap failure)
;;> Like mapping-find, for hashmaps.
;;
;;> (hashmap-count pred hashmap)
;;> Like mapping-count, for hashmaps.
;;
;;> (hashmap-any? pred hashmap)
;;> Like mapping-any?, for hashmaps.
;;
;;> (hashmap-every? pred hashmap)
;;> Like mapping-every?, for hashmaps.
;;
;;> (hashmap-for-each proc hashmap)
;;> Like mapping-for-each, for hashmaps.
;;
;;> (hashmap-map proc comparator hashmap)
;;> Like mapping-map, for hashmaps.
;;
;;> (hashmap-filter pred hashmap)
;;> Like mapping-filter, for hashmaps.
;;
;;> (hashmap-filter! pred hashmap)
;;> Like mapping-filter!, for hashmaps.
;;
;;> (hashmap-remove pred hashmap)
;;> Like mapping-remove, for hashmaps.
;;
;;> (hashmap-remove! pred hashmap)
;;> Like mapping-remove!, for hashmaps.
;;
;;> (hashmap-partition pred hashmap)
;;> Like mapping-partition, for hashmaps.
;;
;;> (hashmap-partition! pred hashmap)
;;> Like mapping-partition!, for hashmaps.
;;
;;> (hashmap-copy hashmap)
;;> Like mapping-copy, for hashmaps.
;;
;;> (hashmap-disjoint? hashmap1 hashmap2)
;;> Like mapping-disjoint?, for hashmaps.
;;
;;> (hashmap-union hashmap1 hashmap2 ...)
;;> Like mapping-union, for hashmaps.
;;
;;> (hashmap-union! hashmap1 hashmap2 ...)
;;> Like mapping-union!, for hashmaps.
;;
;;> (hashmap-intersection hashmap1 hashmap2 ...)
;;> Like mapping-intersection, for hashmaps.
;;
;;> (hashmap-intersection! hashmap1 hashmap2 ...)
;;> Like mapping-intersection!, for hashmaps.
;;
;;> (hashmap-difference hashmap1 hashmap2 ...)
;;> Like mapping-difference, for hashmaps.
;;
;;> (hashmap-difference! hashmap1 hashmap2 ...)
;;> Like mapping-difference!, for hashmaps.
;;
;;> (hashmap-xor hashmap1 hashmap2)
;;> Like mapping-xor, for hashmaps.
;;
;;> (hashmap-xor! hashmap1 hashmap2)
;;> Like mapping-xor!, for hashmaps.
;;
;;> (hashmap=? comparator hashmap1 hashmap2 ...)
;;> Like mapping=?, for hashmaps.
;;
;;> (hashmap<? comparator hashmap1 hashmap2 ...)
;;> Like mapping<?, for hashmaps.
;;
;;> (hashmap>? comparator hashmap1 hashmap2 ...)
;;> Like mapping>?, for hashmaps.
;;
;;> (hashmap<=? comparator hashmap1 hashmap2 ...)
;;> Like mapping<=?, for hashmaps.
;;
;;> (hashmap>=? comparator hashmap1 hashmap2 ...)
;;> Like mapping>=?, for hashmaps.
;;
;;> (make-hashmap-comparator comparator)
;;> Like make-mapping-comparator, for hashmaps.
;;
;;> (hashmap-comparator)
;;> Like mapping-comparator, for hashmaps.
;;

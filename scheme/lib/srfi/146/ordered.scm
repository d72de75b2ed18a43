;; What only mappings have, because their keys are ordered.

;;> (mapping/ordered comparator [key value] ...)
;;> Like mapping, for keys given in order.
(define mapping/ordered mapping)

;;> (mapping-unfold/ordered stop? mapper successor seed comparator)
;;> Like mapping-unfold, for keys that come in order.
(define mapping-unfold/ordered mapping-unfold)

;;> (alist->mapping/ordered comparator alist)
;;> Like alist->mapping, for keys in order.
(define alist->mapping/ordered alist->mapping)

;;> (alist->mapping/ordered! mapping alist)
;;> Like alist->mapping!, for keys in order behind those of the mapping.
(define alist->mapping/ordered! alist->mapping!)

(define (checked-tree who mapping)
  (check-mapping who mapping)
  (or (mapping-tree mapping)
      (error (string-append who ": the mapping is empty") mapping)))

;;> (mapping-min-key mapping)
;;> The least key.
(define (mapping-min-key mapping)
  (node-key (first-node (checked-tree "mapping-min-key" mapping))))

;;> (mapping-min-value mapping)
;;> The value of the least key.
(define (mapping-min-value mapping)
  (node-value (first-node (checked-tree "mapping-min-value" mapping))))

;;> (mapping-min-entry mapping)
;;> Two values: the least key and its value.
(define (mapping-min-entry mapping)
  (let ((node (first-node (checked-tree "mapping-min-entry" mapping))))
    (values (node-key node) (node-value node))))

;;> (mapping-max-key mapping)
;;> The greatest key.
(define (mapping-max-key mapping)
  (node-key (last-node (checked-tree "mapping-max-key" mapping))))

;;> (mapping-max-value mapping)
;;> The value of the greatest key.
(define (mapping-max-value mapping)
  (node-value (last-node (checked-tree "mapping-max-value" mapping))))

;;> (mapping-max-entry mapping)
;;> Two values: the greatest key and its value.
(define (mapping-max-entry mapping)
  (let ((node (last-node (checked-tree "mapping-max-entry" mapping))))
    (values (node-key node) (node-value node))))

;; The mapping's trees before and behind obj, and the node of obj, given to proc.
(define (split-at who mapping obj proc)
  (check-mapping who mapping)
  (call-with-values
    (lambda ()
      (tree-split (mapping-tree mapping) obj (less-of mapping)))
    proc))

;;> (mapping-key-predecessor mapping obj failure)
;;> The greatest key before obj, or what failure returns.
(define (mapping-key-predecessor mapping obj failure)
  (split-at "mapping-key-predecessor" mapping obj
            (lambda (before at behind)
              (if before (node-key (last-node before)) (failure)))))

;;> (mapping-key-successor mapping obj failure)
;;> The least key behind obj, or what failure returns.
(define (mapping-key-successor mapping obj failure)
  (split-at "mapping-key-successor" mapping obj
            (lambda (before at behind)
              (if behind (node-key (first-node behind)) (failure)))))

(define (only-node at)
  (and at (node #f (node-key at) (node-value at) #f)))
(define (up-to before at)
  (if at (add-last before (node-key at) (node-value at)) before))
(define (from at behind)
  (if at (add-first (node-key at) (node-value at) behind) behind))

;;> (mapping-range= mapping obj)
;;> A mapping of the keys that equal obj.
(define (mapping-range= mapping obj)
  (split-at "mapping-range=" mapping obj
            (lambda (before at behind)
              (like mapping (only-node at)))))

;;> (mapping-range=! mapping obj)
;;> The same, for when the old one is not used any more.
(define mapping-range=! mapping-range=)

;;> (mapping-range< mapping obj)
;;> A mapping of the keys before obj.
(define (mapping-range< mapping obj)
  (split-at "mapping-range<" mapping obj
            (lambda (before at behind)
              (like mapping before))))

;;> (mapping-range<! mapping obj)
;;> The same, for when the old one is not used any more.
(define mapping-range<! mapping-range<)

;;> (mapping-range> mapping obj)
;;> A mapping of the keys behind obj.
(define (mapping-range> mapping obj)
  (split-at "mapping-range>" mapping obj
            (lambda (before at behind)
              (like mapping behind))))

;;> (mapping-range>! mapping obj)
;;> The same, for when the old one is not used any more.
(define mapping-range>! mapping-range>)

;;> (mapping-range<= mapping obj)
;;> A mapping of the keys not behind obj.
(define (mapping-range<= mapping obj)
  (split-at "mapping-range<=" mapping obj
            (lambda (before at behind)
              (like mapping (up-to before at)))))

;;> (mapping-range<=! mapping obj)
;;> The same, for when the old one is not used any more.
(define mapping-range<=! mapping-range<=)

;;> (mapping-range>= mapping obj)
;;> A mapping of the keys not before obj.
(define (mapping-range>= mapping obj)
  (split-at "mapping-range>=" mapping obj
            (lambda (before at behind)
              (like mapping (from at behind)))))

;;> (mapping-range>=! mapping obj)
;;> The same, for when the old one is not used any more.
(define mapping-range>=! mapping-range>=)

;;> (mapping-split mapping obj)
;;> Five values: mappings of the keys before obj, not behind it, equal to it,
;;> not before it, and behind it.
(define (mapping-split mapping obj)
  (split-at "mapping-split" mapping obj
            (lambda (before at behind)
              (values (like mapping before)
                      (like mapping (up-to before at))
                      (like mapping (only-node at))
                      (like mapping (from at behind))
                      (like mapping behind)))))

;;> (mapping-catenate comparator mapping1 key value mapping2)
;;> A mapping of the keys of both, with key, which stands between them.
(define (mapping-catenate comparator a key value b)
  (check-mapping "mapping-catenate" a)
  (check-mapping "mapping-catenate" b)
  (make-mapping comparator
                (join (mapping-tree a) key value (mapping-tree b))))

;;> (mapping-catenate! comparator mapping1 key value mapping2)
;;> The same, for when the old one is not used any more.
(define mapping-catenate! mapping-catenate)

;;> (mapping-map/monotone proc comparator mapping)
;;> Like mapping-map, for a proc that keeps the order of the keys.
(define (mapping-map/monotone proc comparator mapping)
  (make-mapping comparator
                (sorted-alist->tree
                 (mapping-map->list
                  (lambda (key value)
                    (call-with-values (lambda () (proc key value)) cons))
                  mapping))))

;;> (mapping-map/monotone! proc comparator mapping)
;;> The same, for when the old one is not used any more.
(define mapping-map/monotone! mapping-map/monotone)

;;> (mapping-fold/reverse proc init mapping)
;;> Like mapping-fold, the greatest key first.
(define (mapping-fold/reverse proc init mapping)
  (check-mapping "mapping-fold/reverse" mapping)
  (tree-fold-right proc init (mapping-tree mapping)))

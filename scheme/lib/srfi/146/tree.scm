;; Weight-balanced trees: what mappings stand on.
;;
;; The empty tree is #f.  A node knows the size of its tree; neither of its two parts
;; weighs more than three times the other (weight being size + 1), which rotations
;; restore after each change.  Trees never change.

(define-record-type tree-node
  (raw-node size left key value right)
  node?
  (size node-size)
  (left left)
  (key node-key)
  (value node-value)
  (right right))

(define (size tree) (if tree (node-size tree) 0))
(define (node left key value right)
  (raw-node (+ 1 (size left) (size right)) left key value right))

;; The node of a key, or #f.
(define (tree-find tree key less?)
  (let loop ((tree tree))
    (cond ((not tree) #f)
          ((less? key (node-key tree)) (loop (left tree)))
          ((less? (node-key tree) key) (loop (right tree)))
          (else tree))))

;; ---- balance

(define (too-heavy? a b) (> (+ 1 (size a)) (* 3 (+ 1 (size b)))))
;; Whether one rotation is enough, the inner part weighing so little.
(define (lighter? inner outer) (< (+ 1 (size inner)) (* 2 (+ 1 (size outer)))))

;; A node of parts of which one has gained or lost one element.
(define (balance l key value r)
  (cond ((too-heavy? r l)
         (if (lighter? (left r) (right r))
             (node (node l key value (left r))
                   (node-key r) (node-value r) (right r))
             (let ((m (left r)))
               (node (node l key value (left m))
                     (node-key m) (node-value m)
                     (node (right m) (node-key r) (node-value r)
                           (right r))))))
        ((too-heavy? l r)
         (if (lighter? (right l) (left l))
             (node (left l) (node-key l) (node-value l)
                   (node (right l) key value r))
             (let ((m (right l)))
               (node (node (left l) (node-key l) (node-value l) (left m))
                     (node-key m) (node-value m)
                     (node (right m) key value r)))))
        (else (node l key value r))))

;; A tree of two of any weights and what stands between them.
(define (join l key value r)
  (cond ((too-heavy? r l)
         (if l
             (balance (join l key value (left r))
                      (node-key r) (node-value r) (right r))
             (add-first key value r)))
        ((too-heavy? l r)
         (if r
             (balance (left l) (node-key l) (node-value l)
                      (join (right l) key value r))
             (add-last l key value)))
        (else (node l key value r))))

(define (add-first key value tree)
  (if tree
      (balance (add-first key value (left tree))
               (node-key tree) (node-value tree) (right tree))
      (node #f key value #f)))

(define (add-last tree key value)
  (if tree
      (balance (left tree) (node-key tree) (node-value tree)
               (add-last (right tree) key value))
      (node #f key value #f)))

(define (first-node tree) (if (left tree) (first-node (left tree)) tree))
(define (last-node tree) (if (right tree) (last-node (right tree)) tree))

(define (without-first tree)
  (if (left tree)
      (balance (without-first (left tree))
               (node-key tree) (node-value tree) (right tree))
      (right tree)))

;; Two trees one behind the other.
(define (join-two l r)
  (if r
      (let ((first (first-node r)))
        (join l (node-key first) (node-value first) (without-first r)))
      l))

;; ---- change

(define (tree-insert tree key value less?)
  (let insert ((tree tree))
    (cond ((not tree) (node #f key value #f))
          ((less? key (node-key tree))
           (balance (insert (left tree))
                    (node-key tree) (node-value tree) (right tree)))
          ((less? (node-key tree) key)
           (balance (left tree) (node-key tree) (node-value tree)
                    (insert (right tree))))
          (else (node (left tree) key value (right tree))))))

(define (tree-delete tree key less?)
  (let delete ((tree tree))
    (cond ((not tree) #f)
          ((less? key (node-key tree))
           (balance (delete (left tree))
                    (node-key tree) (node-value tree) (right tree)))
          ((less? (node-key tree) key)
           (balance (left tree) (node-key tree) (node-value tree)
                    (delete (right tree))))
          (else (join-two (left tree) (right tree))))))

;; Three values: the tree before the key, the key's node or #f, the tree behind it.
(define (tree-split tree key less?)
  (let split ((tree tree))
    (cond ((not tree) (values #f #f #f))
          ((less? key (node-key tree))
           (call-with-values
             (lambda () (split (left tree)))
             (lambda (before at behind)
               (values before at
                       (join behind (node-key tree) (node-value tree)
                             (right tree))))))
          ((less? (node-key tree) key)
           (call-with-values
             (lambda () (split (right tree)))
             (lambda (before at behind)
               (values (join (left tree) (node-key tree) (node-value tree)
                             before)
                       at behind))))
          (else (values (left tree) tree (right tree))))))

;; ---- all of it

;; (proc key value so-far), least key first.
(define (tree-fold proc init tree)
  (let fold ((tree tree) (result init))
    (if tree
        (fold (right tree)
              (proc (node-key tree) (node-value tree)
                    (fold (left tree) result)))
        result)))

(define (tree-fold-right proc init tree)
  (let fold ((tree tree) (result init))
    (if tree
        (fold (left tree)
              (proc (node-key tree) (node-value tree)
                    (fold (right tree) result)))
        result)))

;; A tree of a list of pairs of keys, in order, and values.
(define (sorted-alist->tree alist)
  (let build ((n (length alist)) (rest alist)
              (return (lambda (tree rest) tree)))
    (if (= n 0)
        (return #f rest)
        (let ((half (quotient (- n 1) 2)))
          (build half rest
                 (lambda (l rest)
                   (build (- n half 1) (cdr rest)
                          (lambda (r more)
                            (return (node l (caar rest) (cdar rest) r)
                                    more)))))))))

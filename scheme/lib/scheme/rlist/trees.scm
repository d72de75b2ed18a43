;; What the pairs are (Okasaki, Purely functional random-access lists, 1995).
;;
;; A list is a chain of complete binary trees, whose sizes are of the form 2^n - 1 and do
;; not decrease, but for the first two, which may be of one size. A tree holds its first
;; element at the top, then those of its left and of its right half. So there are only
;; about log n trees, and an element is found by walking down one of them.

;; Size elements in tree, then those of rest: another spine, or what ends the list.
(define-record-type <spine>
  (make-spine size tree rest)
  rpair?
  (size spine-size)
  (tree spine-tree)
  (rest spine-rest))

;; A tree of one element is the leaf of it.
(define-record-type <node>
  (make-node top left right)
  node?
  (top node-top)
  (left node-left)
  (right node-right))

(define (tree-top tree size) (if (= size 1) tree (node-top tree)))

;;> (rpair? obj)
;;> Whether obj is a random access pair.
;;
;;> (rcons obj1 obj2)
;;> A random access pair.
(define (rcons first rest)
  (if (and (rpair? rest)
           (rpair? (spine-rest rest))
           (= (spine-size rest) (spine-size (spine-rest rest))))
      (let ((next (spine-rest rest)))
        (make-spine (+ 1 (* 2 (spine-size rest)))
                    (make-node first (spine-tree rest) (spine-tree next))
                    (spine-rest next)))
      (make-spine 1 first rest)))

(define (check who obj)
  (if (not (rpair? obj)) (%wrong-type who 1 "a random access pair" obj)))

;;> (rcar rpair)
;;> Its first part.
(define (rcar pair)
  (check 'rcar pair)
  (tree-top (spine-tree pair) (spine-size pair)))

;;> (rcdr rpair)
;;> Its second part.
(define (rcdr pair)
  (check 'rcdr pair)
  (let ((size (spine-size pair)) (tree (spine-tree pair)))
    (if (= size 1)
        (spine-rest pair)
        (let ((half (quotient size 2)))
          (make-spine half (node-left tree)
                      (make-spine half (node-right tree)
                                  (spine-rest pair)))))))

;; Element k of the tree; (found obj) tells what is to stand there instead. The tree then.
(define (tree-update tree size k found)
  (if (= k 0)
      (if (= size 1)
          (found tree)
          (make-node (found (node-top tree)) (node-left tree)
                     (node-right tree)))
      (let ((half (quotient size 2)))
        (if (<= k half)
            (make-node (node-top tree)
                       (tree-update (node-left tree) half (- k 1) found)
                       (node-right tree))
            (make-node (node-top tree) (node-left tree)
                       (tree-update (node-right tree) half (- k 1 half)
                                    found))))))

(define (tree-ref tree size k)
  (if (= k 0)
      (tree-top tree size)
      (let ((half (quotient size 2)))
        (if (<= k half)
            (tree-ref (node-left tree) half (- k 1))
            (tree-ref (node-right tree) half (- k 1 half))))))

;;> (rcaar rpair)
;;> (rcar (rcar rpair)).
(define (rcaar pair) (rcar (rcar pair)))

;;> (rcadr rpair)
;;> (rcar (rcdr rpair)).
(define (rcadr pair) (rcar (rcdr pair)))

;;> (rcdar rpair)
;;> (rcdr (rcar rpair)).
(define (rcdar pair) (rcdr (rcar pair)))

;;> (rcddr rpair)
;;> (rcdr (rcdr rpair)).
(define (rcddr pair) (rcdr (rcdr pair)))

;;> (rcaaar rpair)
;;> (rcar (rcar (rcar rpair))).
(define (rcaaar pair) (rcar (rcar (rcar pair))))

;;> (rcaadr rpair)
;;> (rcar (rcar (rcdr rpair))).
(define (rcaadr pair) (rcar (rcar (rcdr pair))))

;;> (rcadar rpair)
;;> (rcar (rcdr (rcar rpair))).
(define (rcadar pair) (rcar (rcdr (rcar pair))))

;;> (rcaddr rpair)
;;> (rcar (rcdr (rcdr rpair))).
(define (rcaddr pair) (rcar (rcdr (rcdr pair))))

;;> (rcdaar rpair)
;;> (rcdr (rcar (rcar rpair))).
(define (rcdaar pair) (rcdr (rcar (rcar pair))))

;;> (rcdadr rpair)
;;> (rcdr (rcar (rcdr rpair))).
(define (rcdadr pair) (rcdr (rcar (rcdr pair))))

;;> (rcddar rpair)
;;> (rcdr (rcdr (rcar rpair))).
(define (rcddar pair) (rcdr (rcdr (rcar pair))))

;;> (rcdddr rpair)
;;> (rcdr (rcdr (rcdr rpair))).
(define (rcdddr pair) (rcdr (rcdr (rcdr pair))))

;;> (rcaaaar rpair)
;;> (rcar (rcar (rcar (rcar rpair)))).
(define (rcaaaar pair) (rcar (rcar (rcar (rcar pair)))))

;;> (rcaaadr rpair)
;;> (rcar (rcar (rcar (rcdr rpair)))).
(define (rcaaadr pair) (rcar (rcar (rcar (rcdr pair)))))

;;> (rcaadar rpair)
;;> (rcar (rcar (rcdr (rcar rpair)))).
(define (rcaadar pair) (rcar (rcar (rcdr (rcar pair)))))

;;> (rcaaddr rpair)
;;> (rcar (rcar (rcdr (rcdr rpair)))).
(define (rcaaddr pair) (rcar (rcar (rcdr (rcdr pair)))))

;;> (rcadaar rpair)
;;> (rcar (rcdr (rcar (rcar rpair)))).
(define (rcadaar pair) (rcar (rcdr (rcar (rcar pair)))))

;;> (rcadadr rpair)
;;> (rcar (rcdr (rcar (rcdr rpair)))).
(define (rcadadr pair) (rcar (rcdr (rcar (rcdr pair)))))

;;> (rcaddar rpair)
;;> (rcar (rcdr (rcdr (rcar rpair)))).
(define (rcaddar pair) (rcar (rcdr (rcdr (rcar pair)))))

;;> (rcadddr rpair)
;;> (rcar (rcdr (rcdr (rcdr rpair)))).
(define (rcadddr pair) (rcar (rcdr (rcdr (rcdr pair)))))

;;> (rcdaaar rpair)
;;> (rcdr (rcar (rcar (rcar rpair)))).
(define (rcdaaar pair) (rcdr (rcar (rcar (rcar pair)))))

;;> (rcdaadr rpair)
;;> (rcdr (rcar (rcar (rcdr rpair)))).
(define (rcdaadr pair) (rcdr (rcar (rcar (rcdr pair)))))

;;> (rcdadar rpair)
;;> (rcdr (rcar (rcdr (rcar rpair)))).
(define (rcdadar pair) (rcdr (rcar (rcdr (rcar pair)))))

;;> (rcdaddr rpair)
;;> (rcdr (rcar (rcdr (rcdr rpair)))).
(define (rcdaddr pair) (rcdr (rcar (rcdr (rcdr pair)))))

;;> (rcddaar rpair)
;;> (rcdr (rcdr (rcar (rcar rpair)))).
(define (rcddaar pair) (rcdr (rcdr (rcar (rcar pair)))))

;;> (rcddadr rpair)
;;> (rcdr (rcdr (rcar (rcdr rpair)))).
(define (rcddadr pair) (rcdr (rcdr (rcar (rcdr pair)))))

;;> (rcdddar rpair)
;;> (rcdr (rcdr (rcdr (rcar rpair)))).
(define (rcdddar pair) (rcdr (rcdr (rcdr (rcar pair)))))

;;> (rcddddr rpair)
;;> (rcdr (rcdr (rcdr (rcdr rpair)))).
(define (rcddddr pair) (rcdr (rcdr (rcdr (rcdr pair)))))

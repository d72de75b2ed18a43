;; SRFI 113: sets and bags.
(import (scheme base) (scheme char) (scheme set) (srfi 64) (srfi 128) (only (srfi 132) list-sort))

(test-begin "SRFI 113")
(define c (make-default-comparator))
(define ci (make-comparator string? string-ci=? #f (lambda (s) (string-hash (string-foldcase s)))))
(define (s . elements) (list->set c elements))
(define (b . elements) (list->bag c elements))
(define (l x) (list-sort (lambda (a b) (<? c a b)) (if (set? x) (set->list x) (bag->list x))))
(define-syntax both (syntax-rules () ((_ e) (call-with-values (lambda () e) (lambda (a b) (list (if (or (set? a) (bag? a)) (l a) a) (if (or (set? b) (bag? b)) (l b) b)))))))

;; ---- making
(test-equal '((1 2) () (1 1 2) (0 1 4) (0 1 4) (0 1 1)) (list (l (set c 1 2 1)) (l (set c)) (l (bag c 1 2 1)) (l (set-unfold (lambda (x) (> x 2)) (lambda (x) (* x x)) (lambda (x) (+ x 1)) 0 c)) (l (set-unfold c (lambda (x) (> x 2)) (lambda (x) (* x x)) (lambda (x) (+ x 1)) 0)) (l (bag-unfold (lambda (x) (> x 1)) (lambda (x) (* x x)) (lambda (x) (+ x 1)) -1 c))))
(test-equal '(#t #f #f #t) (list (set? (s)) (set? (b)) (bag? (s)) (bag? (b))))
(test-error (set-size (b 1)))
(test-error (bag-size (s 1)))
(test-error (set ci 1))

;; ---- asking
(test-equal '(#t #f #t #f #t #f) (list (set-contains? (s 1 2) 1) (set-contains? (s 1) 2) (set-empty? (s)) (set-empty? (s 1)) (set-disjoint? (s 1) (s 2)) (bag-disjoint? (b 1 2) (b 2))))
(test-equal '("A" none #t 2 3 2) (list (set-member (set ci "A") "a" 'none) (set-member (set ci "A") "b" 'none) (eq? c (set-element-comparator (s))) (set-size (s 1 2 1)) (bag-size (b 1 2 1)) (bag-unique-size (b 1 2 1))))
(test-equal '(2 none 1 2 #t #f #t #f) (list (set-find even? (s 1 2 3) list) (set-find even? (s 1) (lambda () 'none)) (set-count even? (s 1 2)) (bag-count odd? (b 1 1 2)) (set-any? even? (s 1 2)) (bag-any? even? (b 1)) (set-every? even? (s)) (set-every? odd? (s 1 2))))

;; ---- walking
(test-equal '(6 4 (1 4) (1 1 4) 4) (list (set-fold + 0 (s 1 2 3)) (bag-fold + 0 (b 1 1 2)) (l (set-map c (lambda (x) (* x x)) (s 1 -1 2))) (l (bag-map c (lambda (x) (* x x)) (b 1 -1 2))) (let ((sum 0)) (bag-for-each (lambda (x) (set! sum (+ sum x))) (b 1 1 2)) sum)))
(test-equal '((2) (1 3) ((1 3) (2)) (1 1)) (list (l (set-filter even? (s 1 2 3))) (l (set-remove even? (s 1 2 3))) (both (set-partition odd? (s 1 2 3))) (l (bag-filter odd? (b 1 1 2)))))
(test-equal '((2) (1 3) ((1) (2 2))) (list (let ((x (s 1 2 3))) (set-filter! even? x) (l x)) (let ((x (s 1 2 3))) (set-remove! even? x) (l x)) (let ((x (b 1 2 2))) (both (bag-partition! odd? x)))))

;; ---- changing
(test-equal "a copy is changed" '((1) (1 2 3)) (let* ((a (s 1)) (d (set-adjoin a 2 3))) (list (l a) (l d))))
(test-equal '((1 2) (1 1) (1 2) (2 3)) (list (let ((x (s 1))) (set-adjoin! x 2 1) (l x)) (let ((x (b 1))) (bag-adjoin! x 1) (l x)) (l (list->set! (s 1) '(2))) (l (list->bag! (b 2) '(3)))))
(test-equal "adjoin keeps what is there, replace does not" '("A" "a" ("a") #f) (list (set-member (set-adjoin (set ci "A") "a") "a" #f) (set-member (set-replace (set ci "A") "a") "A" #f) (let ((x (bag ci "A"))) (bag-replace! x "a") (l x)) (set-member (set-replace (set ci) "a") "a" #f)))
(test-equal '((1) (1 2) (1 2) (1)) (list (l (set-delete (s 1 2 3) 2 3 4)) (l (bag-delete (b 1 1 2) 1)) (l (set-delete-all (s 1 2 3) '(3))) (let ((x (s 1 2))) (set-delete! x 2) (set-delete-all! x '(3)) (l x))))
(test-equal '(((1 2) x) ((1) y) ((3) z) (() w) ((1 2 2 2) z)) (list (both (set-search! (s 1) 2 (lambda (insert ignore) (insert 'x)) list)) (both (set-search! (s 1) 2 (lambda (insert ignore) (ignore 'y)) list)) (both (set-search! (s 1) 1 list (lambda (found update remove) (update (+ found 2) 'z))))
  (both (set-search! (s 1) 1 list (lambda (found update remove) (remove 'w)))) (both (bag-search! (b 1 2 5 5) 5 list (lambda (found update remove) (update 2 'z))))))
(test-equal '((1) (1 2)) (let* ((a (s 1)) (d (set-copy a))) (set-adjoin! d 2) (list (l a) (l d))))

;; ---- algebra
(test-equal '((1 2 3 4) (2) (1) (1 3) (1)) (list (l (set-union (s 1 2) (s 2 3) (s 4))) (l (set-intersection (s 1 2) (s 2 3))) (l (set-difference (s 1 2 3) (s 2) (s 3))) (l (set-xor (s 1 2) (s 2 3))) (l (set-union (s 1)))))
(test-equal '((1 1 2) (1) (1) (1 2) (1 1 1 1 2)) (list (l (bag-union (b 1 1) (b 1 2))) (l (bag-intersection (b 1 1) (b 1 2))) (l (bag-difference (b 1 1) (b 1 2))) (l (bag-xor (b 1 1) (b 1 2))) (l (bag-sum (b 1 1) (b 1 2) (b 1)))))
(test-equal "in place, also with itself" '((1 2) (1) () (2) () (1 1) (1 2)) (list (let ((x (s 1))) (set-union! x (s 2)) (l x)) (let ((x (s 1 2))) (set-intersection! x (s 1)) (l x)) (let ((x (s 1))) (set-difference! x x) (l x)) (let ((x (s 1))) (set-xor! x (s 1 2)) (l x)) (let ((x (b 1))) (bag-xor! x x) (l x)) (let ((x (b 1))) (bag-sum! x x) (l x)) (let ((x (b 1))) (bag-union! x (b 2)) (bag-intersection! x (b 1 2)) (bag-difference! x (b 3)) (l x))))
(test-equal '((#t #f #t) (#t #f #f) (#t #f) (#t #t #f) (#t #t)) (list (list (set=? (s 1 2) (s 2 1) (s 1 2)) (set=? (s 1) (s 2)) (bag=? (b 1 1) (b 1 1))) (list (set<? (s 1) (s 1 2) (s 1 2 3)) (set<? (s 1) (s 1)) (bag<? (b 1 1) (b 1 2))) (list (set>? (s 1 2) (s 1)) (bag>? (b 1) (b 1))) (list (set<=? (s 1) (s 1)) (bag<=? (b 1) (b 1 1)) (set<=? (s 1) (s 2))) (list (set>=? (s 1 2) (s 1)) (bag>=? (b 1 1) (b 1)))))
(test-error (set-union (s 1) (set ci "a")))
(test-error (set-union (s 1) (b 1)))
(test-equal '(#t #t #f #t) (list (=? set-comparator (s 1 2) (s 2 1)) (= (comparator-hash set-comparator (s 1 2)) (comparator-hash set-comparator (s 2 1))) (=? bag-comparator (b 1) (b 1 1)) (set-contains? (set set-comparator (s 1)) (s 1))))

;; ---- counts
(test-equal '((1 1 2 2) (1 1) 2 0) (list (l (bag-product 2 (b 1 2))) (let ((x (b 1))) (bag-product! 2 x) (l x)) (bag-element-count (b 1 1 2) 1) (bag-element-count (b) 1)))
(test-equal '((1 1 1 2) (2) ((2 . 1) (1 . 2)) 4) (list (l (bag-increment! (b 1 2) 1 2)) (l (bag-decrement! (b 1 2) 1 5)) (let ((seen '())) (bag-for-each-unique (lambda (x n) (set! seen (cons (cons x n) seen))) (b 1 1 2)) seen) (bag-fold-unique (lambda (x n sum) (+ sum (* x n))) 0 (b 1 1 2))))
(test-error (bag-increment! (b) 1 -1))
(test-equal '((1 2) (1 2) (1 1 2) ((1 . 2) (2 . 1)) (1 1 2)) (list (l (bag->set (b 1 1 2))) (l (set->bag (s 1 2))) (l (set->bag! (b 1) (s 1 2))) (bag->alist (b 1 1 2)) (l (alist->bag c '((1 . 2) (2 . 1) (1 . 9))))))
;; ---- names that stand alone
(test-equal '((1 1 2) (1) #t #f #t #f) (list (l (bag-adjoin (b 1) 1 2)) (l (bag-copy (b 1))) (bag-contains? (b 1 2) 2) (bag-contains? (b 1) 2) (bag-empty? (b)) (bag-empty? (b 1))))
(test-eq c (bag-element-comparator (b)))
(test-equal '((1 2) (1 2) (2) (1)) (list (l (bag-delete! (b 1 1 2) 1)) (l (bag-delete-all (b 1 1 2) '(1 3))) (l (bag-delete-all! (b 1 2) '(1))) (l (bag-replace (b 1) 1))))
(test-equal '(#t #f 2 none 1 gone) (list (bag-every? even? (b 2 4)) (bag-every? even? (b 2 3)) (bag-find even? (b 1 2) (lambda () 'none)) (bag-find even? (b 1) (lambda () 'none)) (bag-member (b 1) 1 'gone) (bag-member (b 1) 2 'gone)))
(test-equal '((2 2) (1) (1)) (list (l (bag-filter! even? (b 1 2 2))) (l (bag-remove even? (b 1 2 2))) (l (bag-remove! even? (b 1 2 2)))))
(test-equal '(((2 2) (1)) ((2) (1 3))) (list (both (bag-partition even? (b 1 2 2))) (both (set-partition! even? (s 1 2 3)))))
(test-equal '("A") (set->list (set-replace! (list->set ci '("a")) "A")))
(test-equal "set-for-each" 6 (let ((n 0)) (set-for-each (lambda (x) (set! n (+ n x))) (s 1 2 3)) n))
(test-end)

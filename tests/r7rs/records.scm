;; Records: R7RS 5.5.
(import (scheme base) (scheme write) (srfi 64))

(test-begin "records")

(define-record-type <pare>
  (kons x y)
  pare?
  (x kar set-kar!)
  (y kdr))

(test-equal #t (pare? (kons 1 2)))
(test-equal #f (pare? (cons 1 2)))
(test-equal #f (pare? 5))
(test-equal 1 (kar (kons 1 2)))
(test-equal 2 (kdr (kons 1 2)))
(test-equal 3 (let ((k (kons 1 2))) (set-kar! k 3) (kar k)))
(test-equal #f (eq? (kons 1 2) (kons 1 2)))
(test-equal "two records with equal fields are not equal?" #f (equal? (kons 1 2) (kons 1 2)))
(test-equal #t (let ((k (kons 1 2))) (equal? k k)))
(test-equal "records are disjoint from everything else" '(#f #f #f #f #f #f #f #f)
  (let ((k (kons 1 2)))
    (map (lambda (kind?) (kind? k))
         (list pair? vector? procedure? symbol? string? number? null? bytevector?))))
(test-error "an accessor of something else" 'wrong-type (kar (cons 1 2)))
(test-error "a modifier of something else" (set-kar! (vector 1 2) 3))
(test-error "too few fields" (kons 1))
(test-error "too many" (kons 1 2 3))

;; ---- shapes of definitions
(define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y set-point-y!))
(test-equal '(1 2) (let ((p (make-point 1 2))) (list (point-x p) (point-y p))))
(test-equal '(10 20)
  (let ((p (make-point 1 2)))
    (set-point-x! p 10)
    (set-point-y! p 20)
    (list (point-x p) (point-y p))))
(test-error "another type's record" (point-x (kons 1 2)))
(define-record-type thing (make-thing b) thing? (a thing-a set-thing-a!) (b thing-b) (c thing-c))
(test-equal "a field that is not in the constructor" 'b (thing-b (make-thing 'b)))
(test-equal "can be set later" 'a
  (let ((t (make-thing 'b))) (set-thing-a! t 'a) (thing-a t)))
(define-record-type swapped (make-swapped second first) swapped? (first swapped-1) (second swapped-2))
(test-equal "the constructor's order is its own" '(1 2)
  (let ((s (make-swapped 2 1))) (list (swapped-1 s) (swapped-2 s))))
(define-record-type nothing (make-nothing) nothing?)
(test-equal '(#t #f) (list (nothing? (make-nothing)) (nothing? (make-point 1 2))))
(test-equal #f (eq? (make-nothing) (make-nothing)))
(define-record-type tag #f tag? (value tag-value))
(test-equal "no constructor at all" #f (tag? 5))

;; ---- generative
(define (make-type)
  (define-record-type local (make-local x) local? (x local-x))
  (list make-local local? local-x))
(define one (make-type))
(define two (make-type))
(test-equal "each evaluation of a definition makes a new type" '(#t #f)
  (let ((r ((car one) 1))) (list ((cadr one) r) ((cadr two) r))))
(test-equal 1 ((list-ref one 2) ((car one) 1)))
(test-error "its accessor refuses the other's records" ((list-ref two 2) ((car one) 1)))
(test-equal "a type in a body" '(3 #t)
  (let ()
    (define-record-type inner (make-inner a) inner? (a inner-a))
    (let ((i (make-inner 3))) (list (inner-a i) (inner? i)))))
(test-equal "the same field name in two types" '(1 2)
  (let ()
    (define-record-type a (make-a v) a? (v a-v))
    (define-record-type b (make-b v) b? (v b-v))
    (list (a-v (make-a 1)) (b-v (make-b 2)))))

;; ---- many, and through macros
(test-equal 4950
  (let loop ((i 0) (points '()))
    (if (< i 100)
        (loop (+ i 1) (cons (make-point i 0) points))
        (apply + (map point-x points)))))
(define-record-type big
  (make-big a b c d e f g h i j)
  big?
  (a big-a) (b big-b) (c big-c) (d big-d) (e big-e) (f big-f) (g big-g) (h big-h) (i big-i)
  (j big-j set-big-j!))
(test-equal '(0 4 8 9)
  (let ((b (make-big 0 1 2 3 4 5 6 7 8 9))) (map (lambda (get) (get b)) (list big-a big-e big-i big-j))))
(test-equal 'new (let ((b (make-big 0 1 2 3 4 5 6 7 8 9))) (set-big-j! b 'new) (big-j b)))
(define-syntax define-box-type
  (syntax-rules ()
    ((_ name make kind? get set) (define-record-type name (make value) kind? (value get set)))))
(define-box-type cell make-cell cell? cell-ref cell-set!)
(test-equal "a type made by a macro" '(1 2)
  (let* ((c (make-cell 1)) (before (cell-ref c))) (cell-set! c 2) (list before (cell-ref c))))
(test-equal "accessors are procedures" '(1 3) (map point-x (list (make-point 1 2) (make-point 3 4))))
(test-equal "records in records" 5 (point-x (point-y (make-point 1 (make-point 5 6)))))
(test-equal "a record that holds itself" #t
  (let ((p (make-point 1 2))) (set-point-y! p p) (eq? p (point-y (point-y p)))))
(test-equal "a record can be written" #t
  (let ((port (open-output-string)))
    (write (make-point 1 2) port)
    (< 0 (string-length (get-output-string port)))))
(test-equal "an accessor names itself, the type and what it got"
  "point-x: argument 1 must be a point, got 5"
  (guard (e (#t (error-object-message e))) (point-x 5)))
(test-equal "and a modifier, not called directly"
  "set-point-x!: argument 1 must be a point, got 5"
  (guard (e (#t (error-object-message e))) (for-each set-point-x! '(5) '(6))))

(define-record-type <account> (make-account owner %secret) account?
  (owner account-owner) (%secret account-secret))
(test-equal "fields whose name begins with % are not printed" "#<account owner: ann>"
  (let ((port (open-output-string)))
    (write (make-account 'ann (list 1 2 3)) port)
    (get-output-string port)))

(test-end "records")

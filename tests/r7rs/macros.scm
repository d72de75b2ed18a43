;; Macros: R7RS 4.3 and 5.3, hygiene first.
(import (scheme base) (srfi 64) (fermata macro))

(test-begin "macros")

;; ---- renaming and referring

(test-equal "what a template binds does not capture what the user wrote"
  '(2 1)
  (let ((a 1) (tmp 2))
    (define-syntax swap!
      (syntax-rules ()
        ((_ x y) (let ((tmp x)) (set! x y) (set! y tmp)))))
    (swap! a tmp)
    (list a tmp)))

(define-syntax my-or
  (syntax-rules ()
    ((_) #f)
    ((_ e) e)
    ((_ e r ...) (let ((t e)) (if t t (my-or r ...))))))

(test-equal "local variables of the user, not the template's" 5
  (let ((t 5)) (my-or #f t)))
(test-equal "a keyword shadowed where the macro is used" 5
  (let ((t 5) (if list) (let #f)) (my-or #f t)))
(test-equal #f (my-or))
(test-equal 1 (my-or 1 (error "not reached")))

(test-equal "a shadowed keyword is an ordinary procedure" '(1 2 3)
  (let ((if list)) (if 1 2 3)))
(test-equal '(x 1) (let ((quote (lambda (n) (list "q" n)))) (list (string->symbol "x") 1)))
(test-equal "define as a variable" 3 (let ((define +)) (define 1 2)))
(test-equal "quote shadowed" 6 (let ((quote -)) '-6))
(test-equal "lambda shadowed in a body" 7
  (let () (define (begin x) (+ x 1)) (begin 6)))

(define-syntax capture-free
  (syntax-rules () ((_ e) (let ((x 10)) (+ x e)))))
(test-equal 11 (let ((x 1)) (capture-free x)))
(test-equal "twice nested" 21 (let ((x 1)) (capture-free (capture-free x))))

(define outer 'global)
(define-syntax get-outer (syntax-rules () ((_) outer)))
(test-equal "a free identifier means what it means at the definition" 'global
  (let ((outer 'local)) (get-outer)))
(test-equal "also when the definition is local" '(inner outer)
  (let ((v 'outer))
    (let-syntax ((m (syntax-rules () ((_) v))))
      (let ((w (m)) (v 'inner))
        (list v (m))))))

(define-syntax my-unless
  (syntax-rules () ((_ c body ...) (if c #f (begin body ...)))))
(test-equal 'ok (let ((begin list) (if #t)) (my-unless #f 'no 'ok)))

(test-equal "loop with a break the user names" '(0 1 2)
  (let ()
    (define-syntax while
      (syntax-rules ()
        ((_ c body ...) (let loop () (if c (begin body ... (loop)) #f)))))
    (define acc '())
    (define loop 0)
    (while (< loop 3) (set! acc (cons loop acc)) (set! loop (+ loop 1)))
    (reverse acc)))

;; ---- literals

(define-syntax is-else
  (syntax-rules (else) ((_ else) 'literal) ((_ x) 'other)))
(test-equal 'literal (is-else else))
(test-equal 'other (is-else 5))
(test-equal "a local else is no else" 'other (let ((else 1)) (is-else else)))

(define-syntax arrow
  (syntax-rules (=>) ((_ a => b) (list 'arrow a b)) ((_ a x b) (list 'plain a x b))))
(test-equal '(arrow 1 2) (arrow 1 => 2))
(test-equal '(plain 1 5 2) (let ((=> 5)) (arrow 1 => 2)))

(define-syntax to-literal
  (syntax-rules (to) ((_ a to b) (list a b)) ((_ . r) 'no)))
(test-equal "an unbound literal" '(1 2) (to-literal 1 to 2))
(test-equal 'no (let ((to 0)) (to-literal 1 to 2)))
(test-equal 'no (to-literal 1 unto 2))

(test-equal "a local => in cond" '((ok))
  (let ((=> #f)) (list (cond (#t => (list 'ok))))))
(test-equal "a local else in cond" 2
  (let ((else #f)) (cond (else 1) (#t 2))))
(test-equal "a local else in case" 'none
  (let ((else 1) (r 'none)) (guard (e (#t r)) (if (eqv? else 2) 1 r))))
(test-equal "a macro's cond knows its own else" 2
  (let-syntax ((my-if (syntax-rules () ((_ c t e) (cond (c t) (else e))))))
    (let ((else #f)) (my-if #f 1 2))))

(define-syntax underscore (syntax-rules () ((_ _) '_)))
(test-equal '_ (underscore foo))
(define-syntax two-ignored (syntax-rules () ((_ _ _ x) 'x)))
(test-equal 3 (two-ignored 1 2 3))
(define-syntax literal-underscore
  (syntax-rules (_) ((foo _) 'underscore) ((foo x) 'other)))
(test-equal 'underscore (literal-underscore _))
(test-equal 'other (literal-underscore x))

(define-syntax ellipsis-literal
  (syntax-rules (...) ((_ ...) 'dots) ((_ x) 'other)))
(test-equal 'dots (ellipsis-literal ...))
(test-equal 'other (ellipsis-literal 1))

(define-syntax elli-lit-1 (syntax-rules ... (...) ((_ x) '(x ...))))
(test-equal "the ellipsis as a literal" '(100 ...) (elli-lit-1 100))

;; ---- ellipses

(define-syntax my-list (syntax-rules () ((_ x ...) (list x ...))))
(test-equal '() (my-list))
(test-equal '(1 2 3) (my-list 1 2 3))

(define-syntax my-let
  (syntax-rules ()
    ((_ ((n v) ...) b ...) ((lambda (n ...) b ...) v ...))))
(test-equal 3 (my-let ((a 1) (b 2)) (+ a b)))
(test-equal 'x (my-let () 'x))

(define-syntax twice-used
  (syntax-rules () ((_ x ...) '((x ...) (x ...) (x x) ...))))
(test-equal '((1 2) (1 2) (1 1) (2 2)) (twice-used 1 2))

(define-syntax pairs-of
  (syntax-rules () ((_ (a b ...) ...) '((a (b a) ...) ...))))
(test-equal '((1 (2 1) (3 1)) (4)) (pairs-of (1 2 3) (4)))

(define-syntax flatten-1 (syntax-rules () ((_ (a ...) ...) '(a ... ...))))
(test-equal '(1 2 3 4) (flatten-1 (1 2) () (3 4)))
(test-equal '() (flatten-1))
(define-syntax flatten-2
  (syntax-rules () ((_ ((a ...) ...) ...) '(x a ... ... ... y))))
(test-equal '(x 1 2 3 4 y) (flatten-2 ((1) (2 3)) () ((4))))
(define-syntax flatten-pairs
  (syntax-rules () ((_ (a b ...) ...) '((a b) ... ...))))
(test-equal '((1 2) (1 3) (4 5)) (flatten-pairs (1 2 3) (4 5)))

(define-syntax depth-3
  (syntax-rules () ((_ (((a ...) ...) ...)) '((((a 0) ...) ...) ...))))
(test-equal '((((1 0) (2 0)) ((3 0))) (())) (depth-3 (((1 2) (3)) (()))))

(define-syntax tail-1 (syntax-rules () ((_ a ... b c) '(c b (a ...)))))
(test-equal '(4 3 (1 2)) (tail-1 1 2 3 4))
(test-equal '(2 1 ()) (tail-1 1 2))
(define-syntax tail-2 (syntax-rules () ((_ a ... b c . d) '((a ...) b c d))))
(test-equal '((1 2) 3 4 5) (tail-2 1 2 3 4 . 5))
(test-equal '((1 2) 3 4 ()) (tail-2 1 2 3 4))
(test-equal '(() 1 2 3) (tail-2 1 2 . 3))
(define-syntax tail-3
  (syntax-rules () ((_ (a b) ... c . d) '((a ...) (b ...) c d))))
(test-equal '((1 3) (2 4) 5 6) (tail-3 (1 2) (3 4) 5 . 6))
(define-syntax inner-tail
  (syntax-rules () ((_ (a ... z) ...) '((z a ...) ...))))
(test-equal '((3 1 2) (4)) (inner-tail (1 2 3) (4)))
(define-syntax dotted (syntax-rules () ((_ a . b) '(a b))))
(test-equal '(1 (2 3)) (dotted 1 2 3))
(test-equal '(1 ()) (dotted 1))
(test-equal '(1 2) (dotted 1 . 2))
(define-syntax dotted-template
  (syntax-rules () ((_ (a ...) b) '(a ... . b))))
(test-equal '(1 2 . 3) (dotted-template (1 2) 3))
(test-equal 3 (dotted-template () 3))

(define-syntax vec (syntax-rules () ((_ #(a b ... z)) '(z (b ...) a))))
(test-equal '(4 (2 3) 1) (vec #(1 2 3 4)))
(test-equal '(2 () 1) (vec #(1 2)))
(define-syntax to-vec (syntax-rules () ((_ (a b) ...) '#((a ...) b ...))))
(test-equal '#((1 3) 2 4) (to-vec (1 2) (3 4)))
(define-syntax nested-vec (syntax-rules () ((_ #(#(a ...) ...)) '(#(a ...) ...))))
(test-equal '(#(1 2) #() #(3)) (nested-vec #(#(1 2) #() #(3))))

(define-syntax datum
  (syntax-rules () ((_ 1) 'one) ((_ "two") 'two) ((_ #\3) 'three)
                   ((_ #t) 'true) ((_ ()) 'nil) ((_ 1.5) 'real) ((_ x) 'other)))
(test-equal '(one two three true nil real other)
  (list (datum 1) (datum "two") (datum #\3) (datum #t) (datum ()) (datum 1.5) (datum 2)))

(define-syntax same-depth
  (syntax-rules () ((_ (a ...) (b ...)) '((a b) ...))))
(test-equal '((1 4) (2 5)) (same-depth (1 2) (4 5)))
(define-syntax constant-under
  (syntax-rules () ((_ k a ...) '((k a) ...))))
(test-equal '((k 1) (k 2)) (constant-under k 1 2))
(define-syntax excess
  (syntax-rules () ((_ (a ...) (b ...)) '((a b ...) ...))))
(test-equal "a variable under more ellipses runs in the innermost"
  '((1 8 9) (2 8 9)) (excess (1 2) (8 9)))

;; ---- escapes and ellipses of one's own

(define-syntax escaped (syntax-rules () ((_ x) '(x (... ...)))))
(test-equal '(1 ...) (escaped 1))
(define-syntax escaped-list (syntax-rules () ((_ x) '(... (x ...)))))
(test-equal '(1 ...) (escaped-list 1))
(define-syntax be-like-begin
  (syntax-rules ()
    ((_ name)
     (define-syntax name
       (syntax-rules () ((_ expr (... ...)) (begin expr (... ...))))))))
(be-like-begin seq)
(test-equal 4 (seq 1 2 3 4))
(test-equal "inside a body" 4
  (let () (be-like-begin sequence) (sequence 1 2 3 4)))

(define-syntax own-ellipsis
  (syntax-rules ::: () ((_ (a b :::) :::) '((b ::: a) :::))))
(test-equal '((2 3 1) (4)) (own-ellipsis (1 2 3) (4)))
(define-syntax own-and-dots
  (syntax-rules ::: () ((_ x :::) '(x ::: ...))))
(test-equal '(1 2 ...) (own-and-dots 1 2))
(define-syntax my-macro-maker
  (syntax-rules ()
    ((_ name)
     (define-syntax name
       (syntax-rules ::: () ((_ x :::) '(x ::: end)))))))
(my-macro-maker with-own)
(test-equal "a renamed ellipsis of an inner macro" '(1 2 end) (with-own 1 2))

(test-equal "an ellipsis bound to a variable is none" 'ok
  (let ((... 2))
    (let-syntax ((s (syntax-rules ()
                      ((_ x ...) 'bad)
                      ((_ . r) 'ok))))
      (s a b c))))
(define-syntax ell
  (syntax-rules ()
    ((_ name e) (define-syntax name (syntax-rules e () ((_ x e) '(x e end)))))))
(ell emm :::)
(test-equal "an ellipsis named by the user" '(1 2 end) (emm 1 2))
(define-syntax ell-2
  (syntax-rules ()
    ((_ name v)
     (define-syntax name (syntax-rules ::: () ((_ x :::) '(v x :::)))))))
(ell-2 with-users :::)
(test-equal "a template's own ellipsis is renamed, the user's is not"
  '(::: 1 2) (with-users 1 2))

(define-syntax jabberwocky
  (syntax-rules ()
    ((_ hatter)
     (begin
       (define march-hare 42)
       (define-syntax hatter (syntax-rules () ((_) march-hare)))))))
(jabberwocky mad-hatter)
(test-equal "a macro-defining macro with a hidden definition" 42 (mad-hatter))

(define-syntax def-getter
  (syntax-rules ()
    ((_ name value)
     (define-syntax name (syntax-rules () ((_ f) (f value)))))))
(def-getter with-5 5)
(test-equal '(5) (with-5 list))
(define-syntax def-3
  (syntax-rules ()
    ((_ n1 n2)
     (define-syntax n1
       (syntax-rules ()
         ((_ n3 x) (define-syntax n3 (syntax-rules () ((_ n2) (list 'x n2))))))))))
(def-3 level-1 arg)
(level-1 level-2 tag)
(test-equal '(tag 7) (level-2 7))

;; ---- definitions by macros

(define-syntax def-hidden
  (syntax-rules () ((_ get) (begin (define x 5) (define (get) x)))))
(define x 1)
(def-hidden get-x)
(test-equal "a top-level name of a macro never clobbers the user's" '(1 5)
  (list x (get-x)))
(def-hidden get-x-again)
(test-equal '(1 5 5) (list x (get-x) (get-x-again)))

(define-syntax def-two
  (syntax-rules () ((_ a b v) (begin (define a v) (define b (+ a 1))))))
(def-two one two 1)
(test-equal '(1 2) (list one two))
(define-syntax def-mutual
  (syntax-rules ()
    ((_ name)
     (begin
       (define (name n) (if (= n 0) 'even (odd n)))
       (define (odd n) (name (- n 1)))))))
(def-mutual down)
(test-equal "hidden procedures may be mentioned before their definition" 'even (down 10))
(define-syntax def-record
  (syntax-rules ()
    ((_ type make get)
     (define-record-type type (make a) hidden? (a get)))))
(def-record thing make-thing thing-a)
(test-equal 3 (thing-a (make-thing 3)))
(define-syntax def-values
  (syntax-rules () ((_ a b e) (define-values (a b) e))))
(def-values va vb (values 1 2))
(test-equal '(1 2) (list va vb))
(test-equal "in a body" '(1 2 3)
  (let ()
    (def-two p q 1)
    (define r (+ q 1))
    (list p q r)))
(test-equal "a hidden one in a body" '(0 5)
  (let ((x 0)) (def-hidden get) (list x (get))))
(test-equal "a body whose macro gives an expression between definitions" '(1 2)
  (let ()
    (define log '())
    (define-syntax note (syntax-rules () ((_ v) (set! log (cons v log)))))
    (define a 1)
    (note 'a)
    (define b 2)
    (list a b)))

;; ---- let-syntax and letrec-syntax

(test-equal "the report's example" 'now
  (let-syntax ((given-that (syntax-rules ()
                             ((_ test stmt1 stmt2 ...)
                              (if test (begin stmt1 stmt2 ...))))))
    (let ((if #t))
      (given-that if (set! if 'now))
      if)))
(test-equal "the report's example" 'outer
  (let ((x 'outer))
    (let-syntax ((m (syntax-rules () ((m) x))))
      (let ((x 'inner)) (m)))))
(test-equal "the report's example" 7
  (letrec-syntax
      ((my-or (syntax-rules ()
                ((my-or) #f)
                ((my-or e) e)
                ((my-or e1 e2 ...)
                 (let ((temp e1)) (if temp temp (my-or e2 ...)))))))
    (let ((x #f) (y 7) (temp 8) (let odd?) (if even?))
      (my-or x (let temp) (if y) y))))
(test-equal "let-syntax does not see itself" '(outer inner)
  (let-syntax ((m (syntax-rules () ((_) 'outer))))
    (let-syntax ((m (syntax-rules () ((_) 'inner)))
                 (n (syntax-rules () ((_) (m)))))
      (list (n) (m)))))
(test-equal "letrec-syntax does" '(even odd)
  (letrec-syntax
      ((ev (syntax-rules () ((_) 'even) ((_ x . r) (od . r))))
       (od (syntax-rules () ((_) 'odd) ((_ x . r) (ev . r)))))
    (list (ev 1 1) (ev 1 1 1))))
(test-equal "its body is a body of its own" 1
  (let ((x 1))
    (let-syntax ((foo (syntax-rules () ((_) 2))))
      (define x (foo))
      x)
    x))
(test-equal "also at top level" 'top
  (let () (define y 'top) (let-syntax () (define y 'inner) y) y))
(test-equal "nested scopes" 1
  (let ((x 1))
    (let-syntax
        ((foo (syntax-rules ()
                ((_ y) (let-syntax
                           ((bar (syntax-rules () ((_) (let ((x 2)) y)))))
                         (bar))))))
      (foo x))))
(test-equal "and the other way round" 1
  (let ((x 1))
    (letrec-syntax
        ((foo (syntax-rules () ((_ y) (bar y))))
         (bar (syntax-rules () ((_ x) (let ((x x)) x)))))
      (foo x))))

;; ---- define-syntax

(test-equal "in a body, used before and after" '(2 3)
  (let ()
    (define (f) (inc 1))
    (define-syntax inc (syntax-rules () ((_ x) (+ x 1))))
    (define g (inc 2))
    (list (f) g)))
(test-equal "a body's keyword shadows an outer variable" 'macro
  (let ((m (lambda () 'procedure)))
    (define-syntax m (syntax-rules () ((_) 'macro)))
    (m)))
(test-equal "a variable shadows an outer keyword" 'procedure
  (let ()
    (define-syntax m (syntax-rules () ((_) 'macro)))
    (let () (define (m) 'procedure) (m))))
(test-equal "another name for a keyword" 1
  (let () (define-syntax my-if if) (my-if #t 1 (error "no"))))
(test-equal "a macro that gives a transformer" 5
  (let ()
    (define-syntax constant-macro
      (syntax-rules () ((_ v) (syntax-rules () ((_) v)))))
    (define-syntax five (constant-macro 5))
    (five)))
(define-syntax redefined (syntax-rules () ((_) 'first)))
(define-syntax redefined (syntax-rules () ((_) 'second)))
(test-equal 'second (redefined))
(test-equal "a recursive one at top level" 6
  (let ()
    (define-syntax sum (syntax-rules () ((_) 0) ((_ a . r) (+ a (sum . r)))))
    (sum 1 2 3)))

;; ---- quoting

(define-syntax quoted (syntax-rules () ((_ x) '(a x #(b x) "s" . c))))
(test-equal "aliases become symbols again" '(a 1 #(b 1) "s" . c) (quoted 1))
(test-assert (eq? 'a (car (quoted 1))))
(define-syntax quasi (syntax-rules () ((_ x) `(a ,x ,@(list x 'b) #(c ,x)))))
(test-equal '(a 1 1 b #(c 1)) (quasi 1))
(test-equal "quasiquote written by the template, unquote by the user" '(1 3)
  (let-syntax ((q (syntax-rules () ((_ t) `t)))) (q (1 ,(+ 1 2)))))
(define-syntax case-datum
  (syntax-rules () ((_ v) (case v ((a) 'is-a) ((b c) 'is-b) (else 'none)))))
(test-equal '(is-a is-b none) (list (case-datum 'a) (case-datum 'c) (case-datum 'd)))
(test-equal "an improper use" '(1 . 2)
  (let-syntax ((m (syntax-rules () ((_ a . b) '(a . b))))) (m 1 . 2)))

;; ---- classic programs

(define-syntax my-cond
  (syntax-rules (else)
    ((_ (else e ...)) (begin e ...))
    ((_ (c e ...) clause ...) (if c (begin e ...) (my-cond clause ...)))))
(test-equal 'b (my-cond (#f 'a) (#t 'b) (else 'c)))
(test-equal 'c (my-cond (#f 'a) (else 'c)))

(define-syntax my-do
  (syntax-rules ()
    ((_ ((var init . step) ...) (test res ...) body ...)
     (let loop ((var init) ...)
       (if test
           (begin #f res ...)
           (begin body ... (loop (my-do "step" var . step) ...)))))
    ((_ "step" var) var)
    ((_ "step" var step) step)))
(test-equal '#(0 1 2 3 4)
  (my-do ((vec (make-vector 5)) (i 0 (+ i 1))) ((= i 5) vec)
    (vector-set! vec i i)))

(define-syntax my-letrec
  (syntax-rules ()
    ((_ ((var init) ...) . body)
     (my-letrec "temps" (var ...) () ((var init) ...) . body))
    ((_ "temps" () (temp ...) ((var init) ...) . body)
     (let ((var #f) ...)
       (let ((temp init) ...) (set! var temp) ... (let () . body))))
    ((_ "temps" (x y ...) (temp ...) bindings . body)
     (my-letrec "temps" (y ...) (newtemp temp ...) bindings . body))))
(test-equal "generated temporaries differ" '(#t #f)
  (my-letrec ((ev? (lambda (n) (if (= n 0) #t (od? (- n 1)))))
              (od? (lambda (n) (if (= n 0) #f (ev? (- n 1))))))
    (list (ev? 10) (ev? 11))))

(define-syntax ck
  (syntax-rules (quote)
    ((_ () 'v) 'v)
    ((_ (((op ...) ea ...) . s) 'v) (ck-arg s (op ... 'v) ea ...))
    ((_ s (op ea ...)) (ck-arg s (op) ea ...))))
(define-syntax ck-arg
  (syntax-rules (quote)
    ((_ s (op va ...)) (op s va ...))
    ((_ s (op ...) 'v ea1 ...) (ck-arg s (op ... 'v) ea1 ...))
    ((_ s (op ...) ea ea1 ...) (ck (((op ...) ea1 ...) . s) ea))))
(define-syntax c-append
  (syntax-rules (quote)
    ((_ s '(l1 ...) '(l2 ...)) (ck s '(l1 ... l2 ...)))))
(test-equal "the CK machine" '(1 2 3 4)
  (ck () (c-append '(1) (c-append '(2) '(3 4)))))

(define-syntax count-to
  (syntax-rules ()
    ((_ () n) n)
    ((_ (x . r) n) (count-to r (+ n 1)))))
(test-equal 8 (count-to (a b c d e f g h) 0))

(define-syntax my-when
  (syntax-rules () ((_ c e ...) (if c (let () e ...)))))
(test-equal "definitions of the user in the template's body" 3
  (my-when #t (define a 1) (define b 2) (+ a b)))

;; ---- transformer procedures

(define-syntax er-swap!
  (er-macro-transformer
   (lambda (form rename compare)
     (let ((a (cadr form)) (b (car (cddr form))))
       (list (rename 'let) (list (list (rename 'tmp) a))
             (list (rename 'set!) a b)
             (list (rename 'set!) b (rename 'tmp)))))))
(test-equal '(2 1) (let ((tmp 1) (b 2) (let list)) (er-swap! tmp b) (cons tmp (cons b '()))))
(define-syntax er-else?
  (er-macro-transformer
   (lambda (form rename compare) (compare (cadr form) (rename 'else)))))
(test-equal '(#t #f #f)
  (list (er-else? else) (er-else? foo) (let ((else 1)) (er-else? else))))
(define (helper form) (list '+ (cadr form) 1))
(define-syntax uses-helper
  (er-macro-transformer (lambda (form rename compare) (helper form))))
(test-equal "a procedure defined above" 6 (uses-helper 5))
(test-equal "defining" '(7 7)
  (let ()
    (define-syntax def
      (er-macro-transformer
       (lambda (form rename compare)
         (list (rename 'define) (cadr form) 7))))
    (def a)
    (define b a)
    (list a b)))

(define saved #f)
(define-syntax pausing
  (er-macro-transformer
   (lambda (form rename compare)
     (list (rename 'quote)
           (call-with-current-continuation
            (lambda (k) (set! saved k) (list 'first (cadr form))))))))
(define results '())
(define (note! v) (set! results (cons v results)) v)
(note! (let () (define a 1) (define b (pausing x)) (define c (list a b)) c))
(if (< (length results) 3) (saved (list 'again (length results))))
(test-equal "an expansion can be entered again"
  '((1 (again 2)) (1 (again 1)) (1 (first x)))
  results)

(test-end "macros")

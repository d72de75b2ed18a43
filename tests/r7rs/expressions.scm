;; Expressions and definitions: R7RS 4.1 to 4.2, 5.3 to 5.5.
(import (scheme base) (scheme case-lambda) (scheme lazy) (scheme eval) (scheme write)
        (srfi 64)
        (only (fermata builtins) named-lambda assert))

;; What evaluating a form raises, as a message.
(define (message-of form)
  (guard (e ((error-object? e) (error-object-message e)))
    (eval form (environment '(scheme base) '(scheme case-lambda) '(scheme lazy)
                            '(only (fermata builtins) named-lambda assert)))
    'no-error))
(define-syntax test-syntax-error
  (syntax-rules ()
    ((_ message form) (test-equal message (message-of 'form)))))

(test-begin "expressions")

;; ---- 4.1 primitive expressions

(test-equal 'a 'a)
(test-equal '#(a b c) '#(a b c))
(test-equal '(+ 1 2) '(+ 1 2))
(test-equal "abc" "abc")
(test-equal '(quote a) ''a)
(test-equal '#(1 2) #(1 2))
(test-equal #u8(1 2) '#u8(1 2))
(test-equal 7 (+ 3 4))
(test-equal 12 ((if #f + *) 3 4))
(test-equal 8 ((lambda (x) (+ x x)) 4))
(test-equal '(3 4 5 6) ((lambda x x) 3 4 5 6))
(test-equal '(5 6) ((lambda (x y . z) z) 3 4 5 6))
(test-equal '() ((lambda x x)))
(test-equal 3 ((named-lambda (f x) x) 3))
(test-equal 'yes (if (> 3 2) 'yes 'no))
(test-equal 'no (if (> 2 3) 'yes 'no))
(test-equal 1 (if (> 3 2) (- 3 2) (+ 3 2)))
(test-equal "only #f is false" '(t t t t)
  (list (if '() 't 'f) (if 0 't 'f) (if "" 't 'f) (if #t 't 'f)))
(test-equal 5 (let ((x 2)) (set! x 5) x))
(test-equal "cyclic literals" '(a b a)
  (let ((x '#0=(a b . #0#))) (list (car x) (cadr x) (car (cddr x)))))
(test-equal "a literal with a vector in a cycle" #t
  (let ((x '#1=#(1 #1#))) (eq? x (vector-ref x 1))))

(test-syntax-error "() is not an expression" ())
(test-syntax-error "() is not an expression" (list ()))
(test-syntax-error "a call must be a proper list: (procedure argument ...)" (list 1 . 2))
(test-syntax-error "if: expected (if test consequent [alternate])" (if))
(test-syntax-error "if: there are two branches; (begin expression ...) makes one of several expressions" (if 1 2 3 4))
(test-syntax-error "if: expected (if test consequent [alternate])" (if 1 2 . 3))
(test-syntax-error "quote: expected (quote datum)" (quote))
(test-syntax-error "quote: expected (quote datum)" (quote 1 2))
(test-syntax-error "if: a keyword is no value" (list if))
(test-syntax-error "define: a definition cannot stand here, where a value is wanted"
                   (+ 1 (define x 2)))
(test-syntax-error "else: only inside cond, case and guard" (else 1))
(test-syntax-error "else: a keyword is no value" (list else))
(test-syntax-error "lambda: expected (lambda formals body ...)" (lambda))
(test-syntax-error "lambda: expected (lambda formals body ...)" (lambda (x)))
(test-syntax-error "lambda: a parameter must be a name, not 1" (lambda (x 1) x))
(test-syntax-error "lambda: x is bound twice" (lambda (x y x) x))
(test-syntax-error "lambda: x is bound twice" (lambda (x . x) x))
(test-syntax-error "set!: expected (set! variable expression)" (set! x))
(test-syntax-error "set!: the variable must be a name, not 5" (set! 5 1))
(test-syntax-error "set!: car is imported from (scheme base) and cannot be changed" (set! car 1))
(test-syntax-error "set!: if is a keyword, not a variable" (set! if 1))

;; ---- 4.2.1 conditionals

(test-equal 'greater (cond ((> 3 2) 'greater) ((< 3 2) 'less)))
(test-equal 'equal (cond ((> 3 3) 'greater) ((< 3 3) 'less) (else 'equal)))
(test-equal 2 (cond ((assv 'b '((a 1) (b 2))) => cadr) (else #f)))
(test-equal 3 (cond (#f 1) (3)))
(test-equal "a clause's expressions in order" '(2 1)
  (let ((l '())) (cond (#t (set! l (cons 1 l)) (set! l (cons 2 l)) l))))
(test-equal "the test of => is evaluated once" '(1 1)
  (let ((n 0)) (cond ((begin (set! n (+ n 1)) n) => (lambda (x) (list x n))))))
(test-equal 'composite (case (* 2 3) ((2 3 5 7) 'prime) ((1 4 6 8 9) 'composite)))
(test-equal 'c (case (car '(c d)) ((a e i o u) 'vowel) ((w y) 'semivowel) (else => (lambda (x) x))))
(test-equal '((other . z) (semivowel . y) (vowel . a))
  (map (lambda (x)
         (case x
           ((a e i o u) => (lambda (w) (cons 'vowel w)))
           ((w y) (cons 'semivowel x))
           (else => (lambda (x) (cons 'other x)))))
       '(z y a)))
(test-equal "data of every kind" '(char string-no big real nil true many)
  (map (lambda (x)
         (case x
           ((#\a) 'char) (("s") 'string) ((100000000000000000000) 'big)
           ((1.5) 'real) ((()) 'nil) ((#t) 'true)
           ((1 2 3 4 5 6 7 8 9 10 11 12) 'many) (else 'string-no)))
       (list #\a (string #\s) 100000000000000000000 1.5 '() #t 11)))
(test-equal #t (and (= 2 2) (> 2 1)))
(test-equal #f (and (= 2 2) (< 2 1)))
(test-equal '(f g) (and 1 2 'c '(f g)))
(test-equal #t (and))
(test-equal #t (or (= 2 2) (> 2 1)))
(test-equal #f (or #f #f #f))
(test-equal '(b c) (or (memq 'b '(a b c)) (/ 3 0)))
(test-equal #f (or))
(test-equal 3 (when (= 1 1) 1 2 3))
(test-equal 3 (unless (= 1 2) 1 2 3))
(test-equal 'b (cond-expand ((library (no such library)) 'a) (else 'b)))

(test-syntax-error "cond: a clause must look like (test expression ...)" (cond 1))
(test-syntax-error "cond: else must be the last clause" (cond (else 1) (#t 2)))
(test-syntax-error "cond: else must be followed by an expression" (cond (else)))
(test-syntax-error "cond: a clause with => must look like (test => receiver)" (cond (1 =>)))
(test-syntax-error "case: a clause must look like ((datum ...) expression ...)" (case 1 (1)))
(test-syntax-error "case: a clause must begin with a list of data, or else" (case 1 (1 2)))
(test-syntax-error "case: else must be the last clause" (case 1 (else 1) ((2) 2)))
(test-syntax-error "when: expected (when test expression ...)" (when #t))

;; ---- 4.2.2 binding constructs

(test-equal 6 (let ((x 2) (y 3)) (* x y)))
(test-equal 35 (let ((x 2) (y 3)) (let ((x 7) (z (+ x y))) (* z x))))
(test-equal 70 (let ((x 2) (y 3)) (let* ((x 7) (z (+ x y))) (* z x))))
(test-equal 3 (let* ((x 1) (x (+ x 1)) (x (+ x 1))) x))
(test-equal 5 (let* () (define x 5) x))
(test-equal #t
  (letrec ((even? (lambda (n) (if (zero? n) #t (odd? (- n 1)))))
           (odd? (lambda (n) (if (zero? n) #f (even? (- n 1))))))
    (even? 88)))
(test-equal 5
  (letrec* ((p (lambda (x) (+ 1 (q (- x 1)))))
            (q (lambda (y) (if (zero? y) 0 (+ 1 (p (- y 1))))))
            (x (p 5))
            (y x))
    y))
(test-equal "letrec evaluates all inits before it binds any" 0
  (let ((cont #f))
    (letrec ((x (call-with-current-continuation (lambda (c) (set! cont c) 0)))
             (y (call-with-current-continuation (lambda (c) (set! cont c) 0))))
      (if cont
          (let ((c cont))
            (set! cont #f)
            (set! x 1)
            (set! y 1)
            (c 0))
          (+ x y)))))
(test-equal "letrec and continuations" #t
  (letrec ((x (call-with-current-continuation list))
           (y (call-with-current-continuation list)))
    (cond ((procedure? x) (x (pair? y)))
          ((procedure? y) (y (pair? x))))
    (let ((x (car x)) (y (car y)))
      (and (call-with-current-continuation x)
           (call-with-current-continuation y)
           (call-with-current-continuation x)))))
(test-equal '(1 2 3 (4))
  (let-values (((a b) (values 1 2)) ((c . d) (values 3 4))) (list a b c d)))
(test-equal "all at once" '(x y a b)
  (let ((a 'a) (b 'b) (x 'x) (y 'y))
    (let-values (((a b) (values x y)) ((x y) (values a b))) (list a b x y))))
(test-equal "one after another" '(x y x y)
  (let ((a 'a) (b 'b) (x 'x) (y 'y))
    (let*-values (((a b) (values x y)) ((x y) (values a b))) (list a b x y))))
(test-equal '(1 2) (let-values ((all (values 1 2))) all))
(test-equal '() (let-values ((all (values))) all))
(test-equal 'none (let-values ((() (values))) 'none))
(test-equal 3 (let-values (((a) 3)) (define b a) b))
(test-error (let-values (((a b) (values 1))) a))
(test-error (let-values (((a) (values 1 2))) a))

(test-syntax-error "let: a binding must look like (name expression)" (let (x) x))
(test-syntax-error "let: a binding must look like (name expression)" (let ((x 1 2)) x))
(test-syntax-error "let: a binding must look like (name expression)" (let ((x)) x))
(test-syntax-error "let: what is bound must be a name, not 1" (let ((1 2)) 3))
(test-syntax-error "let: x is bound twice" (let ((x 1) (x 2)) x))
(test-syntax-error "let: the bindings must be a list like ((name expression) ...)" (let 1 2))
(test-syntax-error "let: expected (let [name] ((variable init) ...) body ...)" (let ((x 1))))
(test-syntax-error "let: expected (let [name] ((variable init) ...) body ...)" (let))
(test-syntax-error "letrec: x is bound twice" (letrec ((x 1) (x 2)) x))
(test-syntax-error "let*: a binding must look like (name expression)" (let* (x) x))
(test-syntax-error "let-values: a is bound twice" (let-values (((a) 1) ((a) 2)) a))
(test-syntax-error "let-values: a binding must look like (formals expression)" (let-values ((a)) a))

;; ---- 4.2.3 and 4.2.4: sequences, iteration

(test-equal 6 (let ((x 0)) (and (= x 0) (begin (set! x 5) (+ x 1)))))
(test-equal '#(0 1 2 3 4)
  (do ((vec (make-vector 5)) (i 0 (+ i 1))) ((= i 5) vec) (vector-set! vec i i)))
(test-equal 25
  (let ((x '(1 3 5 7 9)))
    (do ((x x (cdr x)) (sum 0 (+ sum (car x)))) ((null? x) sum))))
(test-equal "each turn binds anew" '(0 1 2)
  (map (lambda (p) (p))
       (do ((i 0 (+ i 1)) (l '() (cons (lambda () i) l))) ((= i 3) (reverse l)))))
(test-equal '((6 1 3) (-5 -2))
  (let loop ((numbers '(3 -2 1 6 -5)) (nonneg '()) (neg '()))
    (cond ((null? numbers) (list nonneg neg))
          ((>= (car numbers) 0) (loop (cdr numbers) (cons (car numbers) nonneg) neg))
          (else (loop (cdr numbers) nonneg (cons (car numbers) neg))))))
(test-equal "the loop's name is not visible in the inits" 'outer
  (let ((loop 'outer)) (let loop ((x loop)) x)))
(test-equal "the loop is a variable like others" 3
  (let loop ((i 0)) (if (procedure? loop) (begin (set! loop 3) loop) i)))
(test-syntax-error "do: a binding must look like (name init [step])" (do ((i)) (#t)))
(test-syntax-error "do: the end must look like (test expression ...)" (do () ()))
(test-syntax-error "do: i is bound twice" (do ((i 0) (i 1)) (#t)))
(test-syntax-error "begin: expected (begin form ...)" (list (begin)))

;; ---- 4.2.5 promises

(test-equal 3 (force (delay (+ 1 2))))
(test-equal '(3 3) (let ((p (delay (+ 1 2)))) (list (force p) (force p))))
(test-equal "a stream" '(0 1 2)
  (letrec ((from (lambda (n) (delay (cons n (from (+ n 1)))))))
    (let* ((a (force (from 0))) (b (force (cdr a))) (c (force (cdr b))))
      (list (car a) (car b) (car c)))))
(test-equal "evaluated once" '(1 1)
  (let* ((n 0) (p (delay (begin (set! n (+ n 1)) n)))) (list (force p) (force p))))
(test-equal "delay-force iterates" 'done
  (letrec ((loop (lambda (n) (if (= n 0) (delay 'done) (delay-force (loop (- n 1)))))))
    (force (loop 50000))))
(test-syntax-error "delay: expected (delay expression)" (delay 1 2))

;; ---- 4.2.6 parameters

(define radix (make-parameter 10 (lambda (x) (if (and (exact-integer? x) (<= 2 x 16)) x (error "invalid radix")))))
(define (f n) (number->string n (radix)))
(test-equal '("12" "1100" "12") (list (f 12) (parameterize ((radix 2)) (f 12)) (f 12)))
(test-error (parameterize ((radix 0)) (f 12)))
(test-equal "several" '(2 3 1 1)
  (let ((p (make-parameter 1)) (q (make-parameter 1)))
    (append (parameterize ((p 2) (q 3)) (list (p) (q))) (list (p) (q)))))
(test-equal "none" 5 (parameterize () (define x 5) x))
(test-equal "a body with definitions" 6
  (let ((p (make-parameter 1))) (parameterize ((p 5)) (define x (p)) (+ x 1))))
(test-syntax-error "parameterize: a binding must look like (parameter value)" (parameterize ((x)) 1))

;; ---- 4.2.7 guard

(test-equal 42
  (guard (condition ((assq 'a condition) => cdr) ((assq 'b condition)))
    (raise (list (cons 'a 42)))))
(test-equal '(b . 23)
  (guard (condition ((assq 'a condition) => cdr) ((assq 'b condition)))
    (raise (list (cons 'b 23)))))
(test-equal 'outer
  (guard (e ((symbol? e) 'outer)) (guard (e ((string? e) 'inner)) (raise 'x))))
(test-equal "no clauses: raised again" 'outer
  (guard (e (#t 'outer)) (guard (e) (raise 'x))))
(test-equal '(1 2) (call-with-values (lambda () (guard (e (#t 0)) (values 1 2))) list))
(test-equal "a body with definitions" 3 (guard (e (#t 0)) (define x 3) x))
(test-equal "raise-continuable goes through" 43
  (with-exception-handler
   (lambda (e) 42)
   (lambda () (guard (e ((string? e) 'no)) (+ 1 (raise-continuable 'x))))))
(test-equal 'x (guard (e (else e)) (raise 'x)))
(test-syntax-error "guard: expected (variable clause ...) before the body" (guard () 1))
(test-syntax-error "guard: the variable must be a name, not (e 1)" (guard ((e 1)) 1))

;; ---- 4.2.8 quasiquotation

(test-equal '(list 3 4) `(list ,(+ 1 2) 4))
(test-equal '(list a (quote a)) (let ((name 'a)) `(list ,name ',name)))
(test-equal '(a 3 4 5 6 b) `(a ,(+ 1 2) ,@(map abs '(4 -5 6)) b))
(test-equal '((foo 7) . cons) `((foo ,(- 10 3)) ,@(cdr '(c)) . ,(car '(cons))))
(test-equal '#(10 5 2 4 3 8) `#(10 5 ,(abs -2) ,@(map abs '(4 -3)) 8))
(test-equal '((foo foo) baz) (let ((foo '(foo bar)) (@baz 'baz)) `((foo foo) ,@(list @baz))))
(test-equal '(a `(b ,(c ,(+ 1 2)))) '(a `(b ,(c ,(+ 1 2)))))
(test-equal '(a `(b ,(foo 4 d))) `(a `(b ,(foo ,(+ 1 3) d))))
(test-equal '(a `(b ,x ,'y d) e) (let ((name1 'x) (name2 'y)) `(a `(b ,,name1 ,',name2 d) e)))
(test-equal '(list foo bar) (quasiquote (list (unquote 'foo) bar)))
(test-equal '`(list ,(+ 1 2) 4) '(quasiquote (list (unquote (+ 1 2)) 4)))
(test-equal 5 `,(+ 2 3))
(test-equal '(1 . 2) `(1 . ,(+ 1 1)))
(test-equal '(1 2 . 3) `(1 ,@'(2) . ,(+ 1 2)))
(test-equal '(1 2 3) `(,@(list 1 2) ,@(list 3)))
(test-equal '(1 . 2) `(1 ,@2))
(test-equal 7 `(,@7))
(test-equal '(`(,@(1 2) ,(x))) `(`(,@,(list 1 2) ,(x))))
(test-equal '(a `(b ,(1 2 3))) `(a `(b ,(,@(list 1 2 3)))))
(test-equal '(a `(b ,1 ,2)) (let ((xs '(1 2))) `(a `(b ,,(car xs) ,,(cadr xs)))))
(test-equal '(unquote 1 2) (let ((xs '(1 2))) (cadr (cadr `(x `,,@xs)))))
(test-equal '#() `#())
(test-equal '#(#(1 2)) `#(#(1 ,(+ 1 1))))
(test-equal '#(unquote x) `#(unquote x))
(test-equal "long lists" 300
  (length `(,@(make-list 1 'a) ,(+ 1 1) ,@(make-list 298 'b))))
(test-equal "spliced parts are copied except the last" #t
  (let ((x (list 1 2))) (eq? x (cddr `(a b ,@x)))))
(test-syntax-error "unquote-splicing: there is no list here to splice into" `,@(list 1))
(test-syntax-error "unquote: only inside quasiquote" ,x)
(test-syntax-error "quasiquote: expected (quasiquote template)" (quasiquote))

;; ---- 4.2.9 case-lambda

(define range
  (case-lambda ((e) (range 0 e))
               ((b e) (do ((r '() (cons e r)) (e (- e 1) (- e 1))) ((< e b) r)))))
(test-equal '((0 1 2) (3 4)) (list (range 3) (range 3 5)))
(define plus (case-lambda (() 0) ((x) x) ((x y) (+ x y)) ((x y . r) (apply + x y r))))
(test-equal '(0 1 3 6 10) (list (plus) (plus 1) (plus 1 2) (plus 1 2 3) (plus 1 2 3 4)))
(test-error ((case-lambda ((a) a) ((a b) b)) 1 2 3))
(test-syntax-error "case-lambda: a clause must look like (formals body ...)" (case-lambda (x)))

;; ---- 3.5: calls in tail position take no space

(define deep 100000)
(define-syntax test-tail
  (syntax-rules ()
    ((_ name (loop n) body) (test-equal name 'done (let loop ((n deep)) (if (= n 0) 'done body))))))
(test-tail "cond" (loop n) (cond (#f 1) ((= n -1) 2) (else (loop (- n 1)))))
(test-tail "cond =>" (loop n) (cond ((- n 1) => loop) (else 1)))
(test-tail "case" (loop n) (case n ((-1) 1) (else (loop (- n 1)))))
(test-tail "case =>" (loop n) (case (- n 1) ((-1) 1) (else => loop)))
(test-tail "and" (loop n) (and #t (loop (- n 1))))
(test-tail "or" (loop n) (or #f (loop (- n 1))))
(test-tail "when" (loop n) (when #t 1 (loop (- n 1))))
(test-tail "unless" (loop n) (unless #f 1 (loop (- n 1))))
(test-tail "begin" (loop n) (begin 1 (loop (- n 1))))
(test-tail "let" (loop n) (let ((m (- n 1))) (loop m)))
(test-tail "letrec" (loop n) (letrec ((m (lambda () (- n 1)))) (loop (m))))
(test-tail "let-values" (loop n) (let-values (((a b) (values n 1))) (loop (- a b))))
(test-tail "let*-values" (loop n) (let*-values (((a) n) ((b) (- a 1))) (loop b)))
(test-tail "do" (loop n) (do ((i 0 (+ i 1))) ((= i 1) (loop (- n 1)))))
(test-tail "apply" (loop n) (apply loop (list (- n 1))))
(test-tail "call/cc" (loop n) (call/cc (lambda (k) (loop (- n 1)))))
(test-tail "call-with-values" (loop n) (call-with-values (lambda () (- n 1)) loop))
(test-tail "case-lambda" (loop n) ((case-lambda ((x) (loop (- x 1)))) n))
(test-tail "let-syntax" (loop n) (let-syntax () (loop (- n 1))))
(test-tail "guard clauses" (loop n) (guard (e (#t (loop (- e 1)))) (raise n)))
(test-tail "guard clauses without else" (loop n) (guard (e ((number? e) (loop (- e 1)))) (raise n)))

;; ---- 5.3 definitions

(define add3 (lambda (x) (+ x 3)))
(test-equal 6 (add3 3))
(define first car)
(test-equal 1 (first '(1 2)))
(define (rest-of a . b) b)
(test-equal '(2 3) (rest-of 1 2 3))
(define ((curried a) b) (list a b))
(test-equal '(1 2) ((curried 1) 2))
(test-equal 45 (let ((x 5)) (define foo (lambda (y) (bar x y))) (define bar (lambda (a b) (+ (* a b) a))) (foo (+ x 3))))
(test-equal "begin splices" 3 (let () (begin (define a 1) (define b 2)) (+ a b)))
(test-equal "an empty begin too" 3 (let () (begin) 3))
(begin (define top-a 1) (begin (define top-b (+ top-a 1))) (begin))
(test-equal 2 top-b)
(test-equal "letrec* order" '(1 2) (let () (define a 1) (define b (+ a 1)) (list a b)))
(test-equal "shadowing a parameter" 2 (let ((x 1)) (define x 2) x))
(test-equal "cond-expand in a body" 1
  (let () (cond-expand (r7rs (define a 1)) (else (define a 2))) a))
(define-values (v1 v2) (values 1 2))
(define-values (w1 . w2) (values 1 2 3))
(define-values all (values 1 2))
(test-equal '(1 2 1 (2 3) (1 2)) (list v1 v2 w1 w2 all))
(test-equal '(1 2 3) (let () (define-values (a b) (values 1 2)) (define c (+ a b)) (list a b c)))
(test-equal "define-values in letrec* order" 3
  (let () (define-values (x y) (values 1 2)) (define-values (z) (+ x y)) z))
(test-equal "assigned afterwards" '(9 2)
  (let () (define-values (x y) (values 1 2)) (set! x 9) (list x y)))
(test-error (let () (define-values (a b) (values 1 2 3)) a))
(test-error "used before its value"
  (let () (define a (list b)) (define b (list 1)) a))

(test-syntax-error "define: a variable needs a value" (define x))
(test-syntax-error "define: a variable has one value" (define x 1 2))
(test-syntax-error "define: a procedure needs a body" (define (f)))
(test-syntax-error "define: what is defined must be a name, not 5" (define 5 1))
(test-syntax-error "define: x is defined twice in this body" (let () (define x 1) (define x 2) x))
(test-syntax-error "a body must end with an expression" (let () (define x 1)))
(test-syntax-error "a body must end with an expression" (lambda () (begin)))
(test-syntax-error "define-values: x is defined twice" (define-values (x x) (values 1 2)))
(test-syntax-error "import: only at top level" (let () (import (scheme base)) 1))
(test-equal 'fine (begin (assert (= 1 1)) 'fine))
(test-error (assert (= 1 2)))

;; ---- 5.5 records

(define-record-type <pare> (kons x y) pare? (x kar set-kar!) (y kdr))
(test-equal '(#t #f 1 2 3)
  (list (pare? (kons 1 2)) (pare? (cons 1 2)) (kar (kons 1 2)) (kdr (kons 1 2))
        (let ((k (kons 1 2))) (set-kar! k 3) (kar k))))
(define-record-type partial (make-partial b) partial? (a partial-a set-partial-a!) (b partial-b))
(test-equal '(2 9)
  (let ((p (make-partial 2))) (set-partial-a! p 9) (list (partial-b p) (partial-a p))))
(define-record-type bare make-bare bare? (a bare-a) (b bare-b))
(test-equal "a bare name makes a constructor of all fields" '(1 2)
  (let ((b (make-bare 1 2))) (list (bare-a b) (bare-b b))))
(define-record-type unmade #f unmade? (a unmade-a))
(test-equal #f (unmade? 1))
(define-record-type swapped (make-swapped b a) swapped? (a swapped-a) (b swapped-b))
(test-equal '(2 1) (let ((s (make-swapped 1 2))) (list (swapped-a s) (swapped-b s))))
(test-error (kar 5))
(test-error (kar (make-bare 1 2)))
(test-equal "local types" '(1 #f)
  (let ()
    (define-record-type local (make-local a) local? (a local-a))
    (define l (make-local 1))
    (list (local-a l) (pare? l))))
(test-equal "each evaluation makes a type of its own" '(#t #f)
  (let ()
    (define (make) (define-record-type t (mk) t?) (cons mk t?))
    (let ((a (make)) (b (make)))
      (list ((cdr a) ((car a))) ((cdr a) ((car b)))))))
(test-syntax-error "define-record-type: the constructor names z, which is not a field"
                   (define-record-type t (mk z) t? (a t-a)))
(test-syntax-error "define-record-type: the field a occurs twice"
                   (define-record-type t (mk a) t? (a t-a) (a t-b)))
(test-syntax-error "define-record-type: a field must look like (field accessor [modifier])"
                   (define-record-type t (mk a) t? (a b c d)))

;; ---- 4.3 malformed macros

(test-syntax-error "syntax-rules: a rule must look like (pattern template)"
                   (let-syntax ((m (syntax-rules () ((_ a))))) 1))
(test-syntax-error "syntax-rules: a occurs twice in the pattern"
                   (let-syntax ((m (syntax-rules () ((_ a a) 1)))) 1))
(test-syntax-error "syntax-rules: a list pattern may have one ellipsis"
                   (let-syntax ((m (syntax-rules () ((_ a ... b ...) 1)))) 1))
(test-syntax-error "syntax-rules: an ellipsis must follow a pattern"
                   (let-syntax ((m (syntax-rules () ((_ (... a)) 1)))) 1))
(test-syntax-error "syntax-rules: a needs 1 more ellipsis here, as in the pattern"
                   (let-syntax ((m (syntax-rules () ((_ a ...) a)))) 1))
(test-syntax-error "syntax-rules: an ellipsis in the template follows nothing that is repeated"
                   (let-syntax ((m (syntax-rules () ((_ a) (a ...))))) 1))
(test-syntax-error "m: no pattern of this macro fits its use"
                   (let-syntax ((m (syntax-rules () ((_ a) a)))) (m 1 2)))
(test-syntax-error "m: a and b stand for different numbers of forms (1 and 2)"
                   (let-syntax ((m (syntax-rules () ((_ (a ...) (b ...)) '((a b) ...)))))
                     (m (1) (1 2))))
(test-syntax-error "bad thing: 5 (a b)" (syntax-error "bad thing:" 5 (a b)))
(test-syntax-error "syntax-error: expected (syntax-error message datum ...)" (syntax-error 5))
(test-syntax-error "let-syntax: a binding must look like (keyword transformer)" (let-syntax (m) 1))
(test-syntax-error "the transformer of m must be (syntax-rules ...) or (er-macro-transformer ...)"
                   (let-syntax ((m 5)) 1))
(test-syntax-error "no: a macro's own error"
                   (let-syntax ((m (syntax-rules () ((_ x) (syntax-error "no: a macro's own error")))))
                     (m 1)))

;; ---- literals: what has a header in them cannot be changed, at any depth; the user's own can
(define (refused? thunk) (guard (e ((error-object? e) #t)) (thunk) #f))
(test-equal "a vector, a string and a bytevector in a literal list" '(#t #t #t)
  (list (refused? (lambda () (vector-set! (car '(#(1))) 0 2)))
        (refused? (lambda () (string-set! (cadr '(1 "a")) 0 #\b)))
        (refused? (lambda () (bytevector-u8-set! (vector-ref '#(#u8(1)) 0) 0 2)))))
(test-assert "the constant part of a quasiquotation"
  (refused? (lambda () (string-set! (car `("a" ,(+ 1 1))) 0 #\b))))
(test-equal "a quasiquotation's own vector is fresh" '#(5 2)
  (let ((v `#(1 ,(+ 1 1)))) (vector-set! v 0 5) v))
(test-equal "what was quoted for eval stays the program's own" '(#t #(9) "z")
  (let ((v (vector 1)) (s (string #\a)) (env (environment '(scheme base))))
    (let ((same (and (eq? v (eval (list 'quote v) env)) (eq? s (eval s env)))))
      (vector-set! v 0 9)
      (string-set! s 0 #\z)
      (list same v s))))

(test-end "expressions")

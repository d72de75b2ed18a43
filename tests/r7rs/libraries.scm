;; Programs and libraries: R7RS 5.1, 5.2, 5.6, 4.2.1 cond-expand, 4.1.7 include, 6.12.
(import (scheme base) (scheme eval) (scheme load) (scheme repl) (scheme r5rs)
        (srfi 64) (prefix (only (fermata condition) condition-kind) fermata:))

(test-begin "libraries")

;; What evaluating a form in an environment raises: the kind and the message.
(define (raised-by form . sets)
  (guard (e ((error-object? e) (list (fermata:condition-kind e) (error-object-message e)))
            (else e))
    (eval form (apply environment (if (null? sets) '((scheme base)) sets)))
    'nothing))
(define (message-of form . sets)
  (let ((raised (apply raised-by form sets)))
    (if (pair? raised) (cadr raised) raised)))

;; ---- a library in the program

(define-library (my lib)
  (export f (rename g gg) plus-secret counter-value inc! get-set)
  (import (scheme base))
  (begin
    (define secret 10)
    (define (f) (g))
    (define (g) secret)
    (define counter 0)
    (define (counter-value) counter)
    (define-syntax inc!
      (syntax-rules () ((_) (set! counter (+ counter 1)))))
    (define-syntax plus-secret
      (syntax-rules () ((_ x) (+ x secret (hidden x)))))
    (define (hidden x) (* 100 x))
    (define-syntax get-set
      (syntax-rules () ((_ get set)
                        (begin (define state 0)
                               (define (get) state)
                               (define (set v) (set! state v))))))))
(import (prefix (only (my lib) f gg plus-secret) my:)
        (only (my lib) inc! counter-value get-set))

(test-equal "renamed exports, prefixes" '(10 10) (list (my:f) (my:gg)))
(test-equal "a macro brings its library's bindings" 111 (my:plus-secret 1))
(test-equal "whatever the names mean where it is used" 111
  (let ((+ list) (secret 0) (hidden list)) (my:plus-secret 1)))
(inc!)
(inc!)
(test-equal "a macro may assign its library's variables" 2 (counter-value))
(get-set get-it set-it!)
(set-it! 'state)
(test-equal 'state (get-it))
(define state 'mine)
(test-equal '(state mine) (list (get-it) state))
(test-equal "a body is not visible outside" "unbound variable: secret"
  (message-of 'secret '(scheme base) '(my lib)))

(define-library (my instance)
  (export bump!)
  (import (scheme base))
  (begin (define n 0) (define (bump!) (set! n (+ n 1)) n)))
(import (my instance) (prefix (my instance) again:))
(test-equal "instantiated once" '(1 2 3)
  (let* ((a (bump!)) (b (again:bump!)) (c (eval '(bump!) (environment '(my instance)))))
    (list a b c)))
(test-equal "the same binding" #t (eq? bump! again:bump!))

(define-library (my 1 numbered) (export one) (import (scheme base)) (begin (define one 1)))
(import (my 1 numbered))
(test-equal "numbers in names" 1 one)

(define-library (my later) (export later) (import (scheme base) (my even later))
  (begin (define (later) (list 'later even-later))))
(define-library (my even later) (export even-later) (import (scheme base))
  (begin (define even-later 1)))
(import (my later))
(test-equal "declared in any order" '(later 1) (later))

(define-library (my reexport)
  (export (rename car first-of) my-if (rename my-if my-other-if) map)
  (import (scheme base))
  (begin (define-syntax my-if (syntax-rules () ((_ c a b) (cond (c a) (else b)))))))
(import (only (my reexport) first-of my-if my-other-if))
(test-equal '(1 2 3) (list (first-of '(1)) (my-if #f 1 2) (my-other-if #t 3 4)))
(test-equal "a re-exported name is the same" #t (eq? car first-of))

(define-library (my begin twice)
  (export a b)
  (begin (define a 1))
  (import (scheme base))
  (begin (define b (+ a 1))))
(import (my begin twice))
(test-equal "declarations in any order" '(1 2) (list a b))

;; ---- import sets

(define (names-in . sets)
  (map (lambda (name)
         (guard (e (#t #f)) (eval name (apply environment sets))))
       '(f gg x-f x-gg h)))
(define-library (my two) (export f gg) (import (scheme base)) (begin (define f 'f) (define gg 'gg)))
(test-equal '(f gg #f #f #f) (names-in '(my two)))
(test-equal '(f #f #f #f #f) (names-in '(only (my two) f)))
(test-equal '(#f gg #f #f #f) (names-in '(except (my two) f)))
(test-equal '(#f #f f gg #f) (names-in '(prefix (my two) x-)))
(test-equal '(#f gg #f #f f) (names-in '(rename (my two) (f h))))
(test-equal '(#f #f #f gg #f) (names-in '(prefix (except (my two) f) x-)))
(test-equal '(#f #f #f gg #f) (names-in '(except (prefix (my two) x-) x-f)))
(test-equal '(#f #f #f #f gg) (names-in '(rename (prefix (only (my two) gg) x-) (x-gg h))))
(test-equal '(#f #f gg f #f) (names-in '(prefix (rename (my two) (f gg) (gg f)) x-)))
(test-equal "names exchanged" '(gg f #f #f #f) (names-in '(rename (my two) (f gg) (gg f))))
(test-equal "the same binding twice" '(f gg f gg #f)
  (names-in '(my two) '(my two) '(prefix (my two) x-)))
(test-equal "syntax may be renamed" 1
  (eval '(wenn #t 1 2) (environment '(rename (only (scheme base) if) (if wenn)))))
(test-equal "and its keyword is then gone" "unbound variable: if"
  (message-of '(if 1 2 3) '(except (scheme base) if)))

(test-equal '(library-error "import: (my two) does not export h") (raised-by '(import (only (my two) h))
                                                                        '(only (fermata builtins) import)))
(define (import-message . sets)
  (guard (e ((error-object? e) (error-object-message e))) (apply environment sets) 'nothing))
(test-equal "import: (my two) does not export h" (import-message '(only (my two) h)))
(test-equal "import: (my two) does not export h" (import-message '(except (my two) h)))
(test-equal "import: (my two) does not export h" (import-message '(rename (my two) (h i))))
(test-equal "import: (my two) does not export f" (import-message '(only (prefix (my two) x-) f)))
(test-equal "import: there is no library (no such library)" (import-message '(no such library)))
(test-equal "import: there is no library (only no such)" (import-message '(only no such)))
(test-equal "import: (prefix \"x\" a) is not the name of a library"
  (import-message '(only (prefix "x" a) b)))
(test-equal "import: an import set must look like (library name) or (only import-set name ...)"
  (import-message 5))
(test-equal "import: (a \"b\") is not the name of a library" (import-message '(a "b")))
(test-equal "import: expected (prefix import-set name)" (import-message '(prefix (my two))))
(test-equal "import: a renaming must look like (name new-name)" (import-message '(rename (my two) f)))
(define-library (my other f) (export f) (import (scheme base)) (begin (define f 'other)))
(test-equal "two meanings"
  "import: f means different things in (my two) and (my other f)"
  (import-message '(my two) '(my other f)))
(test-equal "but not when one is left out" 'other
  (eval 'f (environment '(except (my two) f) '(my other f))))

;; ---- what may not be done

(test-equal "an imported variable is not assigned"
  "set!: f is imported from (my two) and cannot be changed"
  (message-of '(set! f 1) '(scheme base) '(my two)))
(define-library (my assigning) (export) (import (scheme base)) (begin (set! car cdr)))
(test-equal "set!: car is imported from (scheme base) and cannot be changed"
  (import-message '(my assigning)))
(define-library (my defining) (export) (import (scheme base)) (begin (define car cdr)))
(test-equal "define: car is imported from (scheme base)" (import-message '(my defining)))
(define-library (my defining twice) (export) (import (scheme base))
  (begin (define x 1) (define x 2)))
(test-equal "define: x is defined twice in this library" (import-message '(my defining twice)))
(define-library (my exporting) (export nothing) (import (scheme base)))
(test-equal "export: nothing is not defined in (my exporting)" (import-message '(my exporting)))
(define-library (my exporting twice) (export (rename a c) (rename b c)) (import (scheme base))
  (begin (define a 1) (define b 2)))
(test-equal "export: c is exported twice, with different meanings" (import-message '(my exporting twice)))
(define-library (my forgetting) (export f) (import (scheme base)) (begin (define (f) (g))))
(test-equal "g: unbound variable in the library (my forgetting)" (import-message '(my forgetting)))
(define-library (my declaring) (exports f))
(test-equal "define-library: exports is not a declaration of a library" (import-message '(my declaring)))
(define-library (my importing) (import (scheme base)) (begin (import (scheme write))))
(test-equal "unbound variable"
  (let ((m (import-message '(my importing)))) (if (string? m) "unbound variable" m)))
(define-library (my cycle a) (export) (import (my cycle b)))
(define-library (my cycle b) (export) (import (my cycle c)))
(define-library (my cycle c) (export) (import (my cycle a)))
(test-equal
  "import: libraries import each other: (my cycle a) imports (my cycle b) imports (my cycle c) imports (my cycle a)"
  (import-message '(my cycle a)))
(test-equal "the name must be a list of symbols and numbers like (my library 1)"
  (let ((m (message-of '(define-library 5) '(only (fermata builtins) define-library))))
    (string-copy m (string-length "define-library: "))))

;; ---- definitions and imports in a program

(define (square x) (list 'my-square x))
(test-equal "a program may define what it imported and did not use" '(my-square 2) (square 2))
(test-equal "but not what it used"
  "define: car was used above as imported from (scheme base)"
  (let ((e (environment '(scheme base))))
    (eval '(define x (car '(1))) e)
    (guard (e (#t (error-object-message e))) (eval '(define (car x) x) e))))
(test-equal "an import after definitions" 120
  (begin
    (let ((e (environment '(scheme base))))
      (eval '(define (fact n) (if (= n 0) 1 (* n (fact (- n 1))))) e)
      (eval '(fact 5) e))))

;; ---- files

(import (data counter) (prefix (only (data counter) count next!) c:))
(test-equal '(1 2 2) (let* ((a (next!)) (b (c:next!)) (c (count))) (list a b c)))
(test-equal 1 times-loaded)
(import (data declared))
(test-equal '(r7rs quiet) (list answer (loud)))
(test-equal "strin-append: unbound variable in the library (data unbound)"
  (import-message '(data unbound)))
(test-equal "again, since it failed" "strin-append: unbound variable in the library (data unbound)"
  (import-message '(data unbound)))
(test-equal "export: nothing is not defined in (data bad-export)" (import-message '(data bad-export)))
(test-equal "libraries in files that import each other"
  "import: libraries import each other: (data one) imports (data two) imports (data one)"
  (import-message '(data one)))
(test-assert (string? (import-message '(data misnamed))))
(test-equal "what cannot be read" 'read-error
  (guard (e ((error-object? e) (fermata:condition-kind e))) (environment '(data unfinished))))
(test-equal "what a body raises" '(from-the-body from-the-body)
  (let ((try (lambda () (guard (e (#t e)) (environment '(data raising))))))
    (let* ((a (try)) (b (try))) (list a b))))
(test-equal 'library-error
  (guard (e ((error-object? e) (fermata:condition-kind e))) (environment '(no such library))))

;; ---- include

(include "data/included-1.scm")
(test-equal "relative to the including file" '(1 2) (list included-1 included-2))
(test-equal "in a body" 10 (let () (include "data/included-body.scm") (get)))
(test-equal "several files" 12
  (let () (include "data/included-body.scm" "data/included-2.scm") (+ included-2 a)))
(test-equal "as an expression" '(loaded twice)
  (let ((loaded-value 1))
    (let () (include "data/loaded.scm") loaded-value)))
(test-equal 'quiet (let () (include-ci "data/shouting.scm") (loud)))
(test-equal '(file-error "include: there is no file no-such-file.scm")
  (raised-by '(include "no-such-file.scm")))
(test-equal "include: a filename must be a string, not x" (message-of '(include x)))

;; ---- cond-expand

(define-syntax which
  (syntax-rules () ((_ requirement) (cond-expand (requirement #t) (else #f)))))
(test-equal '(#t #f #t #f) (list (which r7rs) (which no-such-feature) (which else) (which (not r7rs))))
(test-equal '(#t #f) (list (which (and)) (which (or))))
(test-equal '(#t #f) (list (which (and r7rs (not foo))) (which (and r7rs foo))))
(test-equal '(#t #f) (list (which (or foo r7rs)) (which (or foo bar))))
(test-equal '(#t #f #t) (list (which (library (scheme base))) (which (library (no such)))
                              (which (not (library (no such))))))
(test-equal '(#t #t) (list (which (library (data counter))) (which (library (my two)))))
(test-equal #t (which (and (or foo (not (and r7rs bar))) (or r7rs foo) (not (not r7rs)))))
(test-equal "all features" #t
  (let loop ((f (features)))
    (or (null? f)
        (and (eval `(cond-expand (,(car f) #t) (else #f)) (environment '(scheme base)))
             (loop (cdr f))))))
(test-equal "no clause" 'fine (begin (cond-expand (foo (error "no"))) 'fine))
(test-equal "the first one counts" 1 (cond-expand (r7rs 1) (else 2)))
(test-equal "several forms" 2 (cond-expand (r7rs 1 2) (else 3)))
(cond-expand ((and r7rs (library (scheme base))) (define from-cond-expand 'yes)) (else (define from-cond-expand 'no)))
(test-equal 'yes from-cond-expand)
(cond-expand (foo (import (no such library))) (else (begin)))
(test-equal "cond-expand: a clause must look like (requirement form ...)" (message-of '(cond-expand r7rs)))
(test-assert (string? (message-of '(cond-expand ((foo bar) 1)))))

;; ---- eval and environments

(test-equal 21 (eval '(* 7 3) (environment '(scheme base))))
(test-equal 20 (let ((f (eval '(lambda (f x) (f x x)) (null-environment 5)))) (f + 10)))
(test-equal "null-environment has no procedures" "unbound variable: car" 
  (guard (e (#t (error-object-message e))) (eval 'car (null-environment 5))))
(test-equal 3 (eval '(let ((x 1)) (if #t (+ x 2) 0)) (scheme-report-environment 5)))
(test-equal 3 (eval '(let-values (((a b) (values 1 2))) (+ a b)) (scheme-report-environment 7)))
(test-error (scheme-report-environment 4))
(test-equal "definitions" 5
  (let ((e (environment '(scheme base)))) (eval '(define x 5) e) (eval 'x e)))
(test-equal "environments are apart" "unbound variable: x" (message-of 'x))
(test-equal "macros inside" '(1 2)
  (eval '(let ()
           (define-syntax swap (syntax-rules () ((_ a b) (list b a))))
           (swap 2 1))
        (environment '(scheme base))))
(test-equal "data with procedures in it" 3 (eval (list + 1 2) (environment '(scheme base))))
(test-equal "quoted data is the same object" #t
  (let ((x (list 1 2))) (eq? x (eval (list 'quote x) (environment '(scheme base))))))
(test-equal "it stays mutable" '(9 2)
  (let ((x (list 1 2))) (set-car! (eval (list 'quote x) (environment '(scheme base))) 9) x))
(test-equal "the interaction environment can be changed" 'changed
  (begin
    (eval '(define an-interaction-variable 'changed) (interaction-environment))
    (eval 'an-interaction-variable (interaction-environment))))
(test-equal "also what was imported there" '(mine 1)
  (begin
    (eval '(define (cadr x) 'mine) (interaction-environment))
    (list (eval '(cadr 1) (interaction-environment)) (cadr '(0 1)))))
(test-equal "set!: car is imported from (scheme base) and cannot be changed"
  (guard (e (#t (error-object-message e))) (eval '(set! car 1) (interaction-environment))))
(load "tests/r7rs/data/loaded.scm" (interaction-environment))
(test-equal "load" '(loaded twice) (eval 'loaded-value (interaction-environment)))
(test-equal "load into an environment" '(loaded twice)
  (let ((e (environment '(scheme base)))) (load "tests/r7rs/data/loaded.scm" e) (eval 'loaded-value e)))
(test-equal #t (guard (e (#t (file-error? e))) (load "no-such-file.scm") #f))

(test-equal "R5RS's names for exactness" '(1/2 #t 0.5 #t)
  (list (inexact->exact 0.5) (exact? (inexact->exact 3.)) (exact->inexact 1/2) (inexact? (exact->inexact 3))))

(test-end "libraries")

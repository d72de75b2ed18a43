;; Environments and evaluation: R7RS 6.12.
(import (scheme base) (scheme eval) (scheme repl) (srfi 64))

(test-begin "eval")

(define base (environment '(scheme base)))

(test-equal 21 (eval '(* 7 3) base))
(test-equal 20 (let ((f (eval '(lambda (f x) (f x x)) base))) (f + 10)))
(test-equal '(1 2) (eval ''(1 2) base))
(test-equal 5 (eval 5 base))
(test-equal "abc" (eval "abc" base))
(test-equal #t (eval #t base))
(test-equal #t (procedure? (eval 'car base)))
(test-equal #t (eq? car (eval 'car base)))
(test-equal "the forms of the library are there" '(1 2 else)
  (eval '(let loop ((i 1) (l '()))
           (cond ((= i 3) (reverse (cons 'else l)))
                 (else (loop (+ i 1) (cons i l)))))
        base))
(test-equal "local definitions and macros" 42
  (eval '(let ()
           (define-syntax twice (syntax-rules () ((_ x) (* 2 x))))
           (define half 21)
           (twice half))
        base))
(test-equal "a closure keeps living" '(1 2)
  (let ((next (eval '(let ((n 0)) (lambda () (set! n (+ n 1)) n)) base)))
    (let* ((a (next)) (b (next))) (list a b))))
(test-equal "import sets" 7
  (eval '(f:+ 3 4) (environment '(prefix (only (scheme base) +) f:))))
(test-equal 3 (eval '(plus 1 2) (environment '(rename (only (scheme base) +) (+ plus)))))
(test-equal "several libraries" #\A
  (eval '(let ((c #\a)) (char-upcase c)) (environment '(scheme base) '(scheme char))))
(test-error "what was not imported is unknown" (eval '(char-upcase #\a) base))
(test-error (eval 'x-that-nobody-defined base))
(test-error "an unknown library" (environment '(there is no such library)))
(test-error "an unknown name in an import set" (environment '(only (scheme base) no-such-name)))
(test-error "a malformed form" (eval '(if) base))
(test-error "an error in what is evaluated" (eval '(car 5) base))
(test-equal "an error can be caught outside" 'caught
  (guard (e (#t 'caught)) (eval '(raise 'x) base)))
(test-equal "a continuation out of eval" 'out
  (call/cc (lambda (k) ((eval '(lambda (k) (+ 1 (k 'out))) base) k))))
(test-equal "definitions in the interaction environment" 'fresh
  (let ((here (interaction-environment)))
    (eval '(define eval-test-variable 'fresh) here)
    (eval 'eval-test-variable here)))
(test-equal "a macro defined there" '(2 1)
  (let ((here (interaction-environment)))
    (eval '(define-syntax swapped (syntax-rules () ((_ a b) (list b a)))) here)
    (eval '(swapped 1 2) here)))
(test-equal "a large expression" 10000
  (eval (cons '+ (make-list 10000 1)) base))
(test-equal "a deep expression" 300
  (eval (let loop ((i 0) (form 0)) (if (= i 300) form (loop (+ i 1) (list '+ 1 form)))) base))

(test-end "eval")

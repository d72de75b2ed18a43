;; SRFI 64: tests, run by runners of their own inside a test.
(import (scheme base) (scheme write) (srfi 64))

;; The counts (pass fail xpass xfail skip) after the forms.
(define-syntax counts
  (syntax-rules ()
    ((_ form ...)
     (let ((runner (test-runner-null)))
       (test-with-runner runner form ...)
       (list (test-runner-pass-count runner) (test-runner-fail-count runner) (test-runner-xpass-count runner)
             (test-runner-xfail-count runner) (test-runner-skip-count runner))))))

;; What a simple runner prints.
(define-syntax printed
  (syntax-rules ()
    ((_ form ...)
     (let ((port (open-output-string)))
       (parameterize ((current-output-port port)) (test-with-runner (test-runner-simple) form ...))
       (get-output-string port)))))

(test-begin "SRFI 64")

;; ---- forms
(test-equal '(2 3 0 0 0) (counts (test-assert 1) (test-assert "named" #t) (test-assert #f) (test-assert (car '())) (test-assert "x" (raise 1))))
(test-equal '(4 3 0 0 0) (counts (test-equal '(1) (list 1)) (test-equal "n" 1 1) (test-eqv 1.5 1.5) (test-eq 'a 'a) (test-eq "n" '(1) (list 1)) (test-eqv "n" 1 1.) (test-equal 1 2)))
(test-equal '(2 1 0 0 0) (counts (test-approximate 1 1.05 0.1) (test-approximate "n" 1 0.95 0.1) (test-approximate 1 1.2 0.1)))
(test-equal "any error, a predicate, a kind of condition" '(5 4 0 0 0)
  (counts (test-error (car 1)) (test-error "n" (car 1)) (test-error #t (raise 'x)) (test-error symbol? (raise 'x)) (test-error "n" 'wrong-type (car 1))
          (test-error 'out-of-range (car 1)) (test-error symbol? (raise 1)) (test-error 1) (test-error "n" #t 1)))
(test-equal "errors in what is expected are failures" '(0 1 0 0 0) (counts (test-equal (car 1) 1)))
(test-equal 5 (test-read-eval-string "(+ 2 3)"))
(test-error (test-read-eval-string "1 2"))
(test-error (test-read-eval-string " "))

;; ---- groups
(test-equal '(1 0 0 0 0) (counts (test-group "a" (test-group "b" (test-assert #t)))))
(test-equal "an error outside of a test is a failure of the group" '(1 1 0 0 0) (counts (test-group "a" (test-assert #t) (car 1) (test-assert #t))))
(test-equal '((1 1 0 0 0) (cleanup)) (let* ((log '()) (c (counts (test-group-with-cleanup "a" (test-assert #t) (car 1) (set! log (cons 'cleanup log)))))) (list c log)))
(test-equal "a jump out closes the group" '(() (1 0 0 0 0))
  (let ((stack #f)) (let ((c (counts (call/cc (lambda (k) (test-group "a" (test-assert #t) (k 1)))) (set! stack (test-runner-group-stack (test-runner-get)))))) (list stack c))))
(test-equal '(("c" "b" "a") ("a" "b" "c")) (test-with-runner (test-runner-null) (test-begin "a") (test-begin "b") (test-begin "c") (list (test-runner-group-stack (test-runner-get)) (test-runner-group-path (test-runner-get)))))
(test-error (test-with-runner (test-runner-null) (test-end)))
(test-error (test-with-runner (test-runner-simple) (test-begin "a") (test-end "b")))

;; ---- choosing
(test-equal '(1 0 0 0 2) (counts (test-begin "g") (test-skip 1) (test-assert #f) (test-skip "x") (test-assert "x" #f) (test-assert "y" #t)))
(test-equal "skips end with the group" '(1 0 0 0 1) (counts (test-group "g" (test-skip "x") (test-assert "x" #f)) (test-assert "x" #t)))
(test-equal "a group is skipped as a whole" '(1 0 0 0 0) (counts (test-begin "o") (test-skip "g") (test-group "g" (test-assert #f)) (test-assert #t)))
(test-equal '(1 0 1 2 0) (counts (test-begin "g") (test-expect-fail 2) (test-assert #f) (test-assert (car 1)) (test-expect-fail "x") (test-assert "x" #t) (test-assert #t)))
(test-equal '(2 0 0 0 2) (counts (test-begin "g") (test-skip (test-match-nth 2 2)) (test-assert #t) (test-assert #f) (test-assert #f) (test-assert #t)))
(test-equal '(1 0 0 0 3) (counts (test-begin "g") (test-skip (test-match-any "a" 2 (test-match-name "c"))) (test-assert "b" #f) (test-assert "a" #f) (test-assert "d" #t) (test-assert "c" #f)))
(test-equal '(2 0 0 0 1) (counts (test-begin "g") (test-skip (test-match-all "a" (test-match-nth 2))) (test-assert "a" #t) (test-assert "a" #f) (test-assert "a" #t)))
(test-equal "test-apply runs the chosen ones" '(1 0 0 0 2)
  (counts (test-begin "g") (test-apply "a" (lambda () (test-assert "b" #f) (test-assert "a" #t) (test-assert "c" #f)))))
(test-equal '(2 2 0 0 1)
  (let ((r (test-runner-null)))
    (test-apply r (lambda () (test-assert "b" #f) (test-assert #t)))
    (test-apply r (test-match-any "x" "y") (lambda () (test-assert "b" #f) (test-assert "x" #t) (test-assert "y" #f)))
    (list (test-runner-pass-count r) (test-runner-fail-count r) (test-runner-xpass-count r) (test-runner-xfail-count r) (test-runner-skip-count r))))

;; ---- results
(test-equal '(pass fail skip xfail #t #f #f)
  (test-with-runner (test-runner-null)
    (test-begin "g")
    (let* ((kinds (list (begin (test-assert #t) (test-result-kind)) (begin (test-assert #f) (test-result-kind)) (begin (test-skip 1) (test-assert #f) (test-result-kind))
                        (begin (test-expect-fail 1) (test-assert #f) (test-result-kind)))))
      (append kinds (list (begin (test-assert #t) (test-passed?)) (begin (test-assert #f) (test-passed? (test-runner-current))) (test-result-ref (test-runner-get) 'none))))))
(test-equal '("n" 1 2 (+ 1 1) fail 7)
  (let ((r (test-runner-null)))
    (test-with-runner r (test-equal "n" 1 (+ 1 1)))
    (list (test-runner-test-name r) (test-result-ref r 'expected-value) (test-result-ref r 'actual-value) (test-result-ref r 'source-form) (test-result-kind r) (test-result-ref r 'x 7))))
(test-equal '(boom #t (b 3) ())
  (let ((r (test-runner-null)))
    (test-with-runner r (test-error (raise 'boom)))
    (let ((facts (list (test-result-ref r 'actual-error) (test-result-ref r 'expected-error))))
      (test-result-clear r) (test-result-set! r 'a 1) (test-result-set! r 'b 2) (test-result-set! r 'b 3) (test-result-remove r 'a)
      (append facts (list (let ((e (car (test-result-alist r)))) (list (car e) (cdr e)))) (list (begin (test-result-clear r) (test-result-alist r)))))))

;; ---- callbacks
(define (logging-runner)
  (let* ((r (test-runner-null)) (log (lambda items (test-runner-aux-value! r (cons items (or (test-runner-aux-value r) '()))))))
    (test-runner-on-test-begin! r (lambda (r) (log 'begin (test-runner-test-name r) (test-result-kind r))))
    (test-runner-on-test-end! r (lambda (r) (log 'end (test-result-kind r))))
    (test-runner-on-group-begin! r (lambda (r name count) (log 'group name count (test-runner-group-stack r))))
    (test-runner-on-group-end! r (lambda (r) (log 'group-end (test-runner-group-stack r))))
    (test-runner-on-bad-count! r (lambda (r actual expected) (log 'count actual expected)))
    (test-runner-on-bad-end-name! r (lambda (r b e) (log 'name b e)))
    (test-runner-on-final! r (lambda (r) (log 'final)))
    r))
(test-equal '((group "g" 3 ()) (begin "a" #f) (end pass) (begin "b" skip) (end skip) (name "g" "h") (count 2 3) (group-end ("g")) (final))
  (let ((r (logging-runner)))
    (test-with-runner r (test-begin "g" 3) (test-assert "a" #t) (test-skip "b") (test-assert "b" #t) (test-end "h"))
    (reverse (test-runner-aux-value r))))
(test-equal "a runner without runs gets a new one, and its final callback" '((begin "a" #f) (end pass) (final))
  (let ((r #f))
    (test-with-runner #f
      (parameterize ((test-runner-factory (lambda () (set! r (logging-runner)) r)))
        (test-apply (lambda () (test-assert "a" #t)))))
    (reverse (test-runner-aux-value r))))
(test-equal '(0 () #f)
  (let ((r (logging-runner)))
    (test-with-runner r (test-begin "g") (test-assert #t) (test-runner-reset r))
    (list (test-runner-pass-count r) (test-runner-group-stack r) (test-result-kind r))))
(test-equal '(#t #t #f) (list (test-runner? (test-runner-create)) (test-runner? (test-runner-get)) (test-runner? 1)))
(test-equal #t (let ((r (test-runner-simple)))
                 (and (eq? (test-runner-on-test-begin r) test-on-test-begin-simple) (eq? (test-runner-on-test-end r) test-on-test-end-simple)
                      (eq? (test-runner-on-group-begin r) test-on-group-begin-simple) (eq? (test-runner-on-group-end r) test-on-group-end-simple)
                      (eq? (test-runner-on-bad-count r) test-on-bad-count-simple) (eq? (test-runner-on-bad-end-name r) test-on-bad-end-name-simple)
                      (eq? (test-runner-on-final r) test-on-final-simple))))

;; ---- what the simple runner prints
(test-equal "1 passed, 0 failed\n" (printed (test-begin "g") (test-assert #t) (test-end)))
(test-equal "FAIL: g / n\n  expected: 1\n  got: 2\nPASS, but expected to fail: g / #t\nFAIL: g / (raise 7)\n  raised: 7\n0 passed, 3 failed, expected failures: 1, skipped: 1\n"
  (printed (test-begin "g") (test-equal "n" 1 2) (test-expect-fail 2) (test-assert #t) (test-assert #f) (test-skip 1) (test-assert #f) (test-assert (raise 7)) (test-end)))
(test-equal "FAIL: g / 5\n  got: 5\n  expected an error\nFAIL: g / (raise 1)\n  expected the error: b\n  raised: 1\ng / 2 tests, but expected 1\n0 passed, 2 failed\n"
  (printed (test-begin "g" 1) (test-error 5) (test-error 'b (raise 1)) (test-end)))

(test-end)

;; SRFI 64: tests.
;;
;; The forms are small macros around procedures that take thunks, so an exception in a
;; test is a failure and not the end of the program.  Failures are printed as they
;; happen; the end of the outermost group prints the count, and exits with status 1
;; when something failed.
;;
;; Left out of the SRFI: the callbacks of runners, test-apply, test-read-eval-string.
(define-library (srfi 64)
  (export test-begin test-end test-group test-group-with-cleanup
          test-assert test-equal test-eqv test-eq test-approximate test-error
          test-skip test-expect-fail test-match-name test-match-nth
          test-match-any test-match-all test-with-runner
          test-runner-create test-runner-simple test-runner-null test-runner?
          test-runner-current test-runner-get test-runner-factory
          test-runner-pass-count test-runner-fail-count
          test-runner-xpass-count test-runner-xfail-count
          test-runner-skip-count test-runner-test-name
          test-runner-group-path test-runner-group-stack
          test-runner-reset test-result-kind test-passed?)
  (import (scheme base) (scheme write) (scheme process-context)
          (only (fermata builtins) condition-kind))
  (begin

    (define-record-type test-runner
      (%make-runner talks? groups skips expected-failures
                    pass fail xpass xfail skip name kind)
      test-runner?
      (talks? %talks?)
      (groups test-runner-group-stack %set-groups!)  ; names, innermost first
      (skips %skips %set-skips!)
      (expected-failures %expected-failures %set-expected-failures!)
      (pass test-runner-pass-count %set-pass!)
      (fail test-runner-fail-count %set-fail!)
      (xpass test-runner-xpass-count %set-xpass!)
      (xfail test-runner-xfail-count %set-xfail!)
      (skip test-runner-skip-count %set-skip!)
      (name test-runner-test-name %set-name!)
      (kind %kind %set-kind!))

    ;;> (test-runner-simple)
    ;;> A runner that prints failures and, at the end, the count.
    (define (test-runner-simple)
      (%make-runner #t '() '() '() 0 0 0 0 0 "" #f))

    ;;> (test-runner-null)
    ;;> A runner that prints nothing.
    (define (test-runner-null)
      (%make-runner #f '() '() '() 0 0 0 0 0 "" #f))

    (define test-runner-factory (make-parameter test-runner-simple))
    (define %runner-of-extent (make-parameter #f))
    (define %runner #f)

    ;;> (test-runner-current [runner])
    ;;> The current runner; with an argument, makes that the current one.
    (define (test-runner-current . runner)
      (if (pair? runner)
          (set! %runner (car runner))
          (or (%runner-of-extent) %runner)))

    (define (test-runner-create) ((test-runner-factory)))
    (define (test-runner-get)
      (or (test-runner-current)
          (error "no test runner: (test-begin name) is missing")))
    (define (test-runner-group-path runner)
      (reverse (test-runner-group-stack runner)))
    (define (test-runner-reset runner)
      (%set-groups! runner '())
      (%set-pass! runner 0)
      (%set-fail! runner 0)
      (%set-xpass! runner 0)
      (%set-xfail! runner 0)
      (%set-skip! runner 0))

    ;;> (test-result-kind [runner])
    ;;> How the last test ended: pass, fail, xpass, xfail, skip, or #f.
    (define (test-result-kind . runner)
      (%kind (if (pair? runner) (car runner) (test-runner-get))))
    (define (test-passed? . runner)
      (and (memq (apply test-result-kind runner) '(pass xpass)) #t))

    ;; The runner that test-begin made, to be taken down by its test-end.
    (define own-runner #f)

    ;; ---- groups

    ;;> (test-begin [name [count]])
    ;;> Opens a group of tests.
    (define (test-begin . arguments)
      (if (not (test-runner-current))
          (begin
            (set! own-runner (test-runner-create))
            (test-runner-current own-runner)))
      (let ((runner (test-runner-current)))
        (%set-groups! runner
                      (cons (if (pair? arguments) (car arguments) "tests")
                            (test-runner-group-stack runner)))))

    ;;> (test-end [name])
    ;;> Closes the group. The end of the outermost one prints the count, and ends
    ;;> the program with status 1 when a test failed.
    (define (test-end . name)
      (let* ((runner (test-runner-get))
             (groups (test-runner-group-stack runner)))
        (if (null? groups)
            (error "test-end without test-begin"))
        (if (and (pair? name) (not (equal? (car name) (car groups))))
            (error "test-end names another group" (car name) (car groups)))
        (%set-groups! runner (cdr groups))
        (if (null? (cdr groups)) (finish runner))))

    (define (finish runner)
      (let ((failed (+ (test-runner-fail-count runner)
                       (test-runner-xpass-count runner))))
        (if (%talks? runner)
            (begin
              (show (test-runner-pass-count runner) " passed, "
                    failed " failed")
              (show-unless-zero ", expected failures: "
                                (test-runner-xfail-count runner))
              (show-unless-zero ", skipped: " (test-runner-skip-count runner))
              (newline)))
        (if (eq? runner own-runner)
            (begin
              (set! own-runner #f)
              (test-runner-current #f)
              (if (> failed 0) (exit 1))))))

    (define (show . parts) (for-each display parts))
    (define (show-unless-zero text n)
      (if (> n 0) (show text n)))

    ;;> (test-group name form ...)
    ;;> The forms between test-begin and test-end; what is raised outside of a test
    ;;> counts as a failure of the group.
    (define-syntax test-group
      (syntax-rules ()
        ((_ name form ...)
         (run-group name (lambda () form ... #f)))))

    (define-syntax test-group-with-cleanup
      (syntax-rules ()
        ((_ name form ... cleanup)
         (run-group name
                    (lambda ()
                      (dynamic-wind
                       (lambda () #f)
                       (lambda () form ... #f)
                       (lambda () cleanup)))))))

    (define (run-group name thunk)
      (test-begin name)
      (let ((runner (test-runner-current)))
        (if (not (skipped? runner name))
            (guard (problem
                    (#t (fail runner name
                              (lambda () (show-raised problem)))))
              (thunk)))
        (test-end name)))

    ;;> (test-with-runner runner form ...)
    ;;> Evaluates the forms with that runner as the current one.
    (define-syntax test-with-runner
      (syntax-rules ()
        ((_ runner form ...)
         (parameterize ((%runner-of-extent runner)) form ...))))

    ;; ---- choosing tests: a specifier is a name, a count, or a predicate of runners

    ;;> (test-match-name name)
    ;;> A specifier that matches tests of that name.
    (define (test-match-name name)
      (lambda (runner) (equal? (test-runner-test-name runner) name)))
    ;;> (test-match-nth n [count])
    ;;> A specifier that matches the nth test from here on, and count - 1 more.
    (define (test-match-nth n . count)
      (let ((i 0) (count (if (pair? count) (car count) 1)))
        (lambda (runner)
          (set! i (+ i 1))
          (and (>= i n) (< i (+ n count))))))
    (define (test-match-any . specifiers)
      (let ((tests (map specifier->predicate specifiers)))
        (lambda (runner) (matches? tests runner))))
    (define (test-match-all . specifiers)
      (let ((tests (map specifier->predicate specifiers)))
        (lambda (runner)
          (let loop ((rest tests))
            (or (null? rest)
                (and ((car rest) runner) (loop (cdr rest))))))))

    (define (specifier->predicate specifier)
      (cond ((procedure? specifier) specifier)
            ((number? specifier) (test-match-nth 1 specifier))
            (else (test-match-name specifier))))

    ;; Asks all of them, because some count.
    (define (matches? tests runner)
      (let loop ((rest tests) (found #f))
        (if (null? rest)
            found
            (loop (cdr rest) (or ((car rest) runner) found)))))

    ;;> (test-skip specifier)
    ;;> Tests that match it are not run from here on.
    (define (test-skip specifier)
      (let ((runner (test-runner-get)))
        (%set-skips! runner (cons (specifier->predicate specifier)
                                  (%skips runner)))))

    ;;> (test-expect-fail specifier)
    ;;> Tests that match it are expected to fail from here on.
    (define (test-expect-fail specifier)
      (let ((runner (test-runner-get)))
        (%set-expected-failures!
         runner (cons (specifier->predicate specifier)
                      (%expected-failures runner)))))

    ;; ---- results

    (define (skipped? runner name)
      (%set-name! runner name)
      (and (matches? (%skips runner) runner)
           (begin
             (%set-skip! runner (+ 1 (test-runner-skip-count runner)))
             (%set-kind! runner 'skip)
             #t)))

    (define (pass runner name)
      (if (expected-to-fail? runner name)
          (begin
            (%set-xpass! runner (+ 1 (test-runner-xpass-count runner)))
            (%set-kind! runner 'xpass)
            (complain runner "PASS, but expected to fail" name
                      (lambda () #f)))
          (begin
            (%set-pass! runner (+ 1 (test-runner-pass-count runner)))
            (%set-kind! runner 'pass)))
      #t)

    (define (fail runner name explain)
      (if (expected-to-fail? runner name)
          (begin
            (%set-xfail! runner (+ 1 (test-runner-xfail-count runner)))
            (%set-kind! runner 'xfail))
          (begin
            (%set-fail! runner (+ 1 (test-runner-fail-count runner)))
            (%set-kind! runner 'fail)
            (complain runner "FAIL" name explain)))
      #f)

    (define (expected-to-fail? runner name)
      (%set-name! runner name)
      (matches? (%expected-failures runner) runner))

    (define (complain runner verdict name explain)
      (if (%talks? runner)
          (begin
            (show verdict ": ")
            (for-each (lambda (group) (show group " / "))
                      (test-runner-group-path runner))
            (if (string? name) (display name) (write name))
            (newline)
            (explain))))

    (define (show-value label value)
      (show "  " label ": ")
      (write value)
      (newline))

    (define (show-raised problem)
      (show "  raised: ")
      (if (error-object? problem)
          (begin
            (display (error-object-message problem))
            (if (eq? (condition-kind problem) 'error)
                (for-each (lambda (irritant) (display " ") (write irritant))
                          (error-object-irritants problem))))
          (write problem))
      (newline))

    ;; Calls thunk, and then success with its value, unless it raises.
    (define (attempt runner name thunk success)
      (if (not (skipped? runner name))
          (let ((outcome
                 (guard (problem
                         (#t (lambda ()
                               (fail runner name
                                     (lambda () (show-raised problem))))))
                   (let ((value (thunk)))
                     (lambda () (success value))))))
            (outcome))))

    ;; ---- tests

    (define (run-comparison same? name expected thunk)
      (let ((runner (test-runner-get)))
        (attempt runner name
                 (lambda ()
                   (let* ((wanted (expected)) (got (thunk)))
                     (list wanted got (same? wanted got))))
                 (lambda (result)
                   (if (list-ref result 2)
                       (pass runner name)
                       (fail runner name
                             (lambda ()
                               (show-value "expected" (car result))
                               (show-value "got" (cadr result)))))))))

    (define (run-assertion name thunk)
      (let ((runner (test-runner-get)))
        (attempt runner name thunk
                 (lambda (value)
                   (if value
                       (pass runner name)
                       (fail runner name
                             (lambda () (show-value "got" value))))))))

    ;; kind is #t for anything, a predicate, or the symbol of a kind of condition.
    (define (run-error name kind thunk)
      (let ((runner (test-runner-get)))
        (if (not (skipped? runner name))
            (let ((outcome
                   (guard (problem
                           (#t (lambda ()
                                 (if (raised? kind problem)
                                     (pass runner name)
                                     (fail runner name
                                           (lambda ()
                                             (show-value "expected" kind)
                                             (show-raised problem)))))))
                     (let ((value (thunk)))
                       (lambda ()
                         (fail runner name
                               (lambda ()
                                 (show "  expected an error\n")
                                 (show-value "got" value))))))))
              (outcome)))))

    (define (raised? kind problem)
      (cond ((procedure? kind) (kind problem))
            ((symbol? kind)
             (and (error-object? problem)
                  (eq? (condition-kind problem) kind)))
            (else #t)))

    (define (approximately tolerance)
      (lambda (expected got)
        (<= (- expected tolerance) got (+ expected tolerance))))

    ;;> (test-equal [name] expected expression)
    ;;> A test that the value of expression is equal? to that of expected.
    (define-syntax test-equal
      (syntax-rules ()
        ((_ name expected expression)
         (run-comparison equal? name (lambda () expected)
                         (lambda () expression)))
        ((_ expected expression)
         (run-comparison equal? 'expression (lambda () expected)
                         (lambda () expression)))))

    ;;> (test-eqv [name] expected expression)
    ;;> The same with eqv?.
    (define-syntax test-eqv
      (syntax-rules ()
        ((_ name expected expression)
         (run-comparison eqv? name (lambda () expected)
                         (lambda () expression)))
        ((_ expected expression)
         (run-comparison eqv? 'expression (lambda () expected)
                         (lambda () expression)))))

    ;;> (test-eq [name] expected expression)
    ;;> The same with eq?.
    (define-syntax test-eq
      (syntax-rules ()
        ((_ name expected expression)
         (run-comparison eq? name (lambda () expected)
                         (lambda () expression)))
        ((_ expected expression)
         (run-comparison eq? 'expression (lambda () expected)
                         (lambda () expression)))))

    ;;> (test-approximate [name] expected expression tolerance)
    ;;> A test that the value of expression is near that of expected.
    (define-syntax test-approximate
      (syntax-rules ()
        ((_ name expected expression tolerance)
         (run-comparison (approximately tolerance) name (lambda () expected)
                         (lambda () expression)))
        ((_ expected expression tolerance)
         (run-comparison (approximately tolerance) 'expression
                         (lambda () expected) (lambda () expression)))))

    ;;> (test-assert [name] expression)
    ;;> A test that the value of expression is not #f.
    (define-syntax test-assert
      (syntax-rules ()
        ((_ name expression) (run-assertion name (lambda () expression)))
        ((_ expression)
         (run-assertion 'expression (lambda () expression)))))

    ;;> (test-error [[name] kind] expression)
    ;;> A test that expression raises: anything (#t), what a predicate accepts, or a
    ;;> condition of the kind that a symbol names.
    (define-syntax test-error
      (syntax-rules ()
        ((_ name kind expression)
         (run-error name kind (lambda () expression)))
        ((_ kind expression)
         (run-error-or-named kind 'expression (lambda () expression)))
        ((_ expression)
         (run-error 'expression #t (lambda () expression)))))

    ;; With two operands the first may be a name after all.
    (define (run-error-or-named kind expression thunk)
      (if (string? kind)
          (run-error kind #t thunk)
          (run-error expression kind thunk)))))

;; The simple runner: prints failures as they happen, and at the end the count.

;;> (test-runner-simple)
;;> A new runner that prints failures and, at the end, the count.
(define (test-runner-simple)
  (let ((runner (test-runner-null)))
    (test-runner-on-test-begin! runner test-on-test-begin-simple)
    (test-runner-on-test-end! runner test-on-test-end-simple)
    (test-runner-on-group-begin! runner test-on-group-begin-simple)
    (test-runner-on-group-end! runner test-on-group-end-simple)
    (test-runner-on-bad-count! runner test-on-bad-count-simple)
    (test-runner-on-bad-end-name! runner test-on-bad-end-name-simple)
    (test-runner-on-final! runner test-on-final-simple)
    runner))

;;> (test-runner-factory [make-runner])
;;> A parameter: the procedure without arguments that makes the runners of test-begin.
(define test-runner-factory (make-parameter test-runner-simple))

;;> (test-runner-create)
;;> A new runner, made by (test-runner-factory).
(define (test-runner-create) ((test-runner-factory)))

;;> (test-on-test-begin-simple runner)
;;> What the simple runner does before a test: nothing.
(define (test-on-test-begin-simple runner) #f)

;;> (test-on-group-begin-simple runner name count)
;;> What the simple runner does at the start of a group: nothing.
(define (test-on-group-begin-simple runner name count) #f)

;;> (test-on-group-end-simple runner)
;;> What the simple runner does at the end of a group: nothing.
(define (test-on-group-end-simple runner) #f)

;;> (test-on-test-end-simple runner)
;;> What the simple runner does after a test: explains it if it did not end as expected.
(define (test-on-test-end-simple runner)
  (case (test-result-kind runner)
    ((fail) (show-verdict "FAIL" runner) (explain runner))
    ((xpass) (show-verdict "PASS, but expected to fail" runner))))

;;> (test-on-bad-count-simple runner actual expected)
;;> What the simple runner does if a group had another number of tests: says so.
(define (test-on-bad-count-simple runner actual expected)
  (show-path runner)
  (show actual " tests, but expected " expected)
  (newline))

;;> (test-on-bad-end-name-simple runner begin-name end-name)
;;> What the simple runner does if test-end names another group: raises an error.
(define (test-on-bad-end-name-simple runner begin-name end-name)
  (error "test-end: the name is that of another group" end-name begin-name))

;;> (test-on-final-simple runner)
;;> What the simple runner does at the end of the outermost group: prints the counts.
(define (test-on-final-simple runner)
  (show (test-runner-pass-count runner) " passed, "
        (failure-count runner) " failed")
  (show-unless-zero ", expected failures: " (test-runner-xfail-count runner))
  (show-unless-zero ", skipped: " (test-runner-skip-count runner))
  (newline))

(define (failure-count runner)
  (+ (test-runner-fail-count runner) (test-runner-xpass-count runner)))

;; ---- text

(define (show . parts) (for-each display parts))

(define (show-unless-zero text n)
  (if (> n 0) (show text n)))

(define (show-path runner)
  (for-each (lambda (group) (show group " / "))
            (test-runner-group-path runner)))

(define (show-verdict verdict runner)
  (show verdict ": ")
  (show-path runner)
  (let ((name (test-runner-test-name runner)))
    (cond ((equal? name "") (write (test-result-ref runner 'source-form)))
          ((string? name) (display name))
          (else (write name))))
  (newline))

(define (explain runner)
  (let ((facts (test-result-alist runner)))
    (define (show-fact label name)
      (let ((fact (assq name facts)))
        (if fact (show-value label (cdr fact)))))
    (show-fact "expected" 'expected-value)
    (show-fact "got" 'actual-value)
    (let ((wanted (assq 'expected-error facts)))
      (if wanted
          (if (eq? (cdr wanted) #t)
              (show "  expected an error\n")
              (show-value "expected the error" (cdr wanted)))))
    (let ((raised (assq 'actual-error facts)))
      (if raised (show-raised (cdr raised))))))

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

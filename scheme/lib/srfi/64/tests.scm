;; Running one test.

;; Tells the runner; whether the test is to be run.
(define (begin-test runner name form)
  (%set-result! runner (list (cons 'test-name name) (cons 'source-form form)))
  (cond ((left-out? runner)
         (test-result-set! runner 'result-kind 'skip))
        ((matches-one? (%expected-failures runner) runner)
         (test-result-set! runner 'result-kind 'xfail)))
  ((test-runner-on-test-begin runner) runner)
  (not (eq? (test-result-kind runner) 'skip)))

;; Counts the test and tells the runner; whether it passed.
(define (end-test runner passed?)
  (define (count! kind get set)
    (test-result-set! runner 'result-kind kind)
    (set runner (+ 1 (get runner))))
  (case (test-result-kind runner)
    ((skip) (count! 'skip test-runner-skip-count %set-skip!))
    ((xfail)
     (if passed?
         (count! 'xpass test-runner-xpass-count %set-xpass!)
         (count! 'xfail test-runner-xfail-count %set-xfail!)))
    (else
     (if passed?
         (count! 'pass test-runner-pass-count %set-pass!)
         (count! 'fail test-runner-fail-count %set-fail!))))
  ((test-runner-on-test-end runner) runner)
  passed?)

;; Runs a test: check returns whether it passed; what it raises is noted, and then
;; (raised? problem) says whether that was right.
(define (run-test name form check raised?)
  (let ((runner (test-runner-get)))
    (end-test runner
              (and (begin-test runner name form)
                   (guard (problem
                           (#t (test-result-set! runner 'actual-error problem)
                               (raised? problem)))
                     (and (check runner) #t))))))

(define (never problem) #f)

(define (run-comparison same? name form expected thunk)
  (run-test name form
            (lambda (runner)
              (let ((wanted (expected)))
                (test-result-set! runner 'expected-value wanted)
                (let ((got (thunk)))
                  (test-result-set! runner 'actual-value got)
                  (same? wanted got))))
            never))

(define (run-assertion name form thunk)
  (run-test name form
            (lambda (runner)
              (let ((got (thunk)))
                (test-result-set! runner 'actual-value got)
                got))
            never))

;; kind is #t for anything, a predicate, or the symbol of a kind of condition.
(define (run-error name form kind thunk)
  (run-test name form
            (lambda (runner)
              (test-result-set! runner 'expected-error kind)
              (test-result-set! runner 'actual-value (thunk))
              #f)
            (lambda (problem) (of-kind? kind problem))))

(define (of-kind? kind problem)
  (cond ((procedure? kind) (and (kind problem) #t))
        ((symbol? kind)
         (and (error-object? problem)
              (eq? (condition-kind problem) kind)))
        (else (and kind #t))))

;; With two operands the first may be a name after all.
(define (run-error-or-named kind form thunk)
  (if (string? kind)
      (run-error kind form #t thunk)
      (run-error "" form kind thunk)))

(define (approximately tolerance)
  (lambda (expected got)
    (<= (- expected tolerance) got (+ expected tolerance))))

;;> (test-read-eval-string string [environment])
;;> The value of the expression that the string holds; an error if it holds more.
(define (test-read-eval-string string 1 . environment)
  (let* ((port (open-input-string string))
         (form (read port)))
    (if (eof-object? form)
        (error "test-read-eval-string: nothing to read" string))
    (if (not (eof-object? (read port)))
        (error "test-read-eval-string: more than one expression" string))
    (eval form (if (pair? environment)
                   (car environment)
                   (interaction-environment)))))

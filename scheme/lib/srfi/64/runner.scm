;; Runners: the counts, the facts about the last test, and what to do when something
;; happens.  One runner is current at a time.

;;> (test-runner? obj)
;;> Whether obj is a runner.
;;
;;> (test-runner-pass-count runner)
;;> How many tests passed.
;;
;;> (test-runner-fail-count runner)
;;> How many tests failed.
;;
;;> (test-runner-xpass-count runner)
;;> How many tests passed that were expected to fail.
;;
;;> (test-runner-xfail-count runner)
;;> How many tests failed as expected.
;;
;;> (test-runner-skip-count runner)
;;> How many tests were skipped.
;;
;;> (test-result-alist runner)
;;> An association list of what is known about the last test.
;;
;;> (test-runner-aux-value runner)
;;> What the runner keeps for whoever made it.
;;
;;> (test-runner-aux-value! runner obj)
;;> Has the runner keep obj.
;;
;;> (test-runner-on-test-begin runner)
;;> What is called before each test: (proc runner).
;;
;;> (test-runner-on-test-begin! runner proc)
;;> Sets what is called before each test: (proc runner).
;;
;;> (test-runner-on-test-end runner)
;;> What is called after each test: (proc runner).
;;
;;> (test-runner-on-test-end! runner proc)
;;> Sets what is called after each test: (proc runner).
;;
;;> (test-runner-on-group-begin runner)
;;> What is called at the start of a group: (proc runner name count).
;;
;;> (test-runner-on-group-begin! runner proc)
;;> Sets what is called at the start of a group: (proc runner name count).
;;
;;> (test-runner-on-group-end runner)
;;> What is called at the end of a group: (proc runner).
;;
;;> (test-runner-on-group-end! runner proc)
;;> Sets what is called at the end of a group: (proc runner).
;;
;;> (test-runner-on-bad-count runner)
;;> What is called when a group had another number of tests: (proc runner actual expected).
;;
;;> (test-runner-on-bad-count! runner proc)
;;> Sets what is called when a group had another number of tests: (proc runner actual expected).
;;
;;> (test-runner-on-bad-end-name runner)
;;> What is called when test-end names another group: (proc runner begin-name end-name).
;;
;;> (test-runner-on-bad-end-name! runner proc)
;;> Sets what is called when test-end names another group: (proc runner begin-name end-name).
;;
;;> (test-runner-on-final runner)
;;> What is called at the end of the outermost group: (proc runner).
;;
;;> (test-runner-on-final! runner proc)
;;> Sets what is called at the end of the outermost group: (proc runner).
(define-record-type test-runner
  (%make-runner pass fail xpass xfail skip groups skips expected-failures
                chosen result aux on-test-begin on-test-end on-group-begin
                on-group-end on-bad-count on-bad-end-name on-final)
  test-runner?
  (pass test-runner-pass-count %set-pass!)
  (fail test-runner-fail-count %set-fail!)
  (xpass test-runner-xpass-count %set-xpass!)
  (xfail test-runner-xfail-count %set-xfail!)
  (skip test-runner-skip-count %set-skip!)
  (groups %groups %set-groups!)            ; open ones, innermost first
  (skips %skips %set-skips!)               ; predicates of runners
  (expected-failures %expected-failures %set-expected-failures!)
  (chosen %chosen %set-chosen!)            ; test-apply's, or #f for all tests
  (result test-result-alist %set-result!)
  (aux test-runner-aux-value test-runner-aux-value!)
  (on-test-begin test-runner-on-test-begin test-runner-on-test-begin!)
  (on-test-end test-runner-on-test-end test-runner-on-test-end!)
  (on-group-begin test-runner-on-group-begin test-runner-on-group-begin!)
  (on-group-end test-runner-on-group-end test-runner-on-group-end!)
  (on-bad-count test-runner-on-bad-count test-runner-on-bad-count!)
  (on-bad-end-name test-runner-on-bad-end-name test-runner-on-bad-end-name!)
  (on-final test-runner-on-final test-runner-on-final!))

;;> (test-runner-null)
;;> A new runner that only counts; its callbacks do nothing.
(define (test-runner-null)
  (define (ignore runner) #f)
  (%make-runner 0 0 0 0 0 '() '() '() #f '() #f
                ignore ignore
                (lambda (runner name count) #f)
                ignore
                (lambda (runner actual expected) #f)
                (lambda (runner begin-name end-name) #f)
                ignore))

;;> (test-runner-reset runner)
;;> Makes the runner as good as new, but for its callbacks.
(define (test-runner-reset runner)
  (%set-pass! runner 0)
  (%set-fail! runner 0)
  (%set-xpass! runner 0)
  (%set-xfail! runner 0)
  (%set-skip! runner 0)
  (%set-groups! runner '())
  (%set-skips! runner '())
  (%set-expected-failures! runner '())
  (%set-chosen! runner #f)
  (%set-result! runner '()))

;; The number of tests so far.
(define (test-count runner)
  (+ (test-runner-pass-count runner) (test-runner-fail-count runner)
     (test-runner-xpass-count runner) (test-runner-xfail-count runner)
     (test-runner-skip-count runner)))

;; ---- the current one

;; Holds a list of the current runner or #f; test-with-runner gives its body a new one.
(define %current (make-parameter (list #f)))

;;> (test-runner-current [runner])
;;> The current runner, or #f; with an argument, makes that the current one.
(define (test-runner-current 1 . runner)
  (if (pair? runner)
      (set-car! (%current) (car runner))
      (car (%current))))

;;> (test-runner-get)
;;> The current runner; an error when there is none.
(define (test-runner-get)
  (or (test-runner-current)
      (error "no test runner: (test-begin name) is missing")))

;;> (test-with-runner runner form ...)
;;> Evaluates the forms with that runner as the current one.
(define-syntax test-with-runner
  (syntax-rules ()
    ((_ runner form ...)
     (call-with-runner runner (lambda () form ...)))))

(define (call-with-runner runner thunk)
  (parameterize ((%current (list runner)))
    (thunk)))

;; ---- groups, as they are seen from outside

;; An open group: what test-end will restore, and count it expects or #f.
(define-record-type group
  (make-group name expected before skips expected-failures)
  group?
  (name group-name)
  (expected group-expected)
  (before group-before)                 ; tests before it
  (skips group-skips)
  (expected-failures group-expected-failures))

;;> (test-runner-group-stack runner)
;;> The names of the open groups, innermost first.
(define (test-runner-group-stack runner)
  (map group-name (%groups runner)))

;;> (test-runner-group-path runner)
;;> The names of the open groups, outermost first.
(define (test-runner-group-path runner)
  (reverse (test-runner-group-stack runner)))

;; ---- what is known of the last test

;;> (test-result-ref runner name [default])
;;> A property of the current test: test-name, result-kind, source-form, expected-value,
;;> actual-value, expected-error or actual-error; otherwise default or #f.
(define (test-result-ref runner name 1 . default)
  (let ((entry (assq name (test-result-alist runner))))
    (cond (entry (cdr entry))
          ((pair? default) (car default))
          (else #f))))

;;> (test-result-set! runner name value)
;;> Makes value that property of the current test.
(define (test-result-set! runner name value)
  (let ((entry (assq name (test-result-alist runner))))
    (if entry
        (set-cdr! entry value)
        (%set-result! runner
                      (cons (cons name value) (test-result-alist runner))))))

;;> (test-result-remove runner name)
;;> Forgets that property of the current test.
(define (test-result-remove runner name)
  (%set-result! runner
                (let loop ((rest (test-result-alist runner)))
                  (cond ((null? rest) '())
                        ((eq? (caar rest) name) (cdr rest))
                        (else (cons (car rest) (loop (cdr rest))))))))

;;> (test-result-clear runner)
;;> Forgets all properties of the current test.
(define (test-result-clear runner)
  (%set-result! runner '()))

;;> (test-runner-test-name runner)
;;> The name of the current test, or "" if it has none.
(define (test-runner-test-name runner)
  (test-result-ref runner 'test-name ""))

;;> (test-result-kind [runner])
;;> How the last test ended: pass, fail, xpass, xfail, skip, or #f.  Within a test, xfail
;;> if it is expected to fail.
(define (test-result-kind 1 . runner)
  (test-result-ref (if (pair? runner) (car runner) (test-runner-get))
                   'result-kind))

;;> (test-passed? [runner])
;;> Whether the last test passed, expected or not.
(define (test-passed? 1 . runner)
  (and (memq (apply test-result-kind runner) '(pass xpass)) #t))

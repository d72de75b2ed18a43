;; Groups of tests.

;; The runner that test-begin made, to be taken down by its test-end.
(define own-runner #f)

;;> (test-begin [name [count]])
;;> Opens a group, of count tests if that is given; makes a runner if none is current.
(define (test-begin 2 . arguments)
  (if (not (test-runner-current))
      (begin
        (set! own-runner (test-runner-create))
        (test-runner-current own-runner)))
  (let ((runner (test-runner-current))
        (name (if (pair? arguments) (car arguments) "tests"))
        (count (and (pair? arguments)
                    (pair? (cdr arguments))
                    (cadr arguments))))
    ((test-runner-on-group-begin runner) runner name count)
    (%set-groups! runner
                  (cons (make-group name count (test-count runner)
                                    (%skips runner)
                                    (%expected-failures runner))
                        (%groups runner)))))

;;> (test-end [name])
;;> Closes the group. The end of the outermost one ends the run: the simple runner
;;> prints the count, and one made by test-begin ends the program with status 1 when a
;;> test failed.
(define (test-end 1 . name)
  (let ((runner (test-runner-get)))
    (if (null? (%groups runner))
        (error "test-end without test-begin"))
    (let* ((group (car (%groups runner)))
           (expected (group-expected group))
           (actual (- (test-count runner) (group-before group))))
      (if (and (pair? name) (not (equal? (car name) (group-name group))))
          ((test-runner-on-bad-end-name runner)
           runner (group-name group) (car name)))
      (if (and expected (not (= expected actual)))
          ((test-runner-on-bad-count runner) runner actual expected))
      ((test-runner-on-group-end runner) runner)
      (%set-groups! runner (cdr (%groups runner)))
      (%set-skips! runner (group-skips group))
      (%set-expected-failures! runner (group-expected-failures group))
      (if (null? (%groups runner)) (finish runner)))))

(define (finish runner)
  ((test-runner-on-final runner) runner)
  (if (eq? runner own-runner)
      (begin
        (set! own-runner #f)
        (test-runner-current #f)
        (if (and (eq? (test-runner-on-final runner) test-on-final-simple)
                 (> (failure-count runner) 0))
            (exit 1)))))

;;> (test-group name form ...)
;;> The forms between test-begin and test-end; what is raised outside of a test counts as
;;> a failed test with the name of the group.
(define-syntax test-group
  (syntax-rules ()
    ((_ name form ...)
     (run-group name (lambda () form ... #f) (lambda () #f)))))

;;> (test-group-with-cleanup name form ... cleanup)
;;> A test-group; cleanup is evaluated whenever it is left.
(define-syntax test-group-with-cleanup
  (syntax-rules ()
    ((_ name form) (test-group name (dynamic-wind (lambda () #f)
                                                  (lambda () #f)
                                                  (lambda () form))))
    ((_ name form ... cleanup)
     (run-group name (lambda () form ... #f) (lambda () cleanup)))))

(define (run-group name thunk cleanup)
  (let ((runner (test-runner-current)))
    (if runner
        (%set-result! runner (list (cons 'test-name name))))
    (if (not (and runner (left-out? runner)))
        (begin
          (test-begin name)
          (dynamic-wind
           (lambda () #f)
           (lambda ()
             (guard (problem (#t (fail-group name problem)))
               (dynamic-wind (lambda () #f) thunk cleanup)))
           (lambda () (test-end name)))))))

(define (fail-group name problem)
  (let ((runner (test-runner-get)))
    (begin-test runner name '(test-group))
    (test-result-set! runner 'actual-error problem)
    (end-test runner #f)))

;;> (test-apply [runner] specifier ... thunk)
;;> Calls thunk, running only the tests that one of the specifiers matches, if there are
;;> any; with that runner, or the current one, or a new one.
(define (test-apply first . rest)
  (cond ((test-runner? first)
         (call-with-runner first
                           (lambda () (apply-chosen first rest))))
        ((test-runner-current)
         => (lambda (runner) (apply-chosen runner (cons first rest))))
        (else
         (let ((runner (test-runner-create)))
           (call-with-runner
            runner
            (lambda () (apply-chosen runner (cons first rest))))
           ((test-runner-on-final runner) runner)))))

;; The last of the arguments is the procedure.
(define (apply-chosen runner arguments)
  (let* ((reversed (reverse arguments))
         (chosen (map specifier->predicate (reverse (cdr reversed))))
         (before (%chosen runner)))
    (dynamic-wind
     (lambda () (%set-chosen! runner (if (pair? chosen) chosen before)))
     (car reversed)
     (lambda () (%set-chosen! runner before)))))

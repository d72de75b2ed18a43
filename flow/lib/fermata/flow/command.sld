;; `fermata flow start|resume|cancel`: what the programs made by
;; flow/commands.cpp call.
(define-library (fermata flow command)
  (export perform-start perform-resume perform-recover perform-cancel
          perform-signal perform-work perform-compat perform-migrate
          perform-fork perform-retry perform-skip perform-check)
  (import (scheme base) (scheme write) (scheme process-context)
          (only (fermata condition) condition-kind)
          (fermata flow sources) (fermata flow history) (fermata flow host) (fermata flow program)
          (fermata flow tools) (fermata flow check)
          (fermata flow tell))
  (begin

    ;; Runs a plan and tells the outcome. A plan that is refused is no error of
    ;; a program: it is told in a line.
    (define (perform make-plan)
      (flow/tell ((refusing 'flow-error make-plan))))

    ;; What thunk returns; an error of that kind ends the command.
    (define (refusing kind thunk)
      (guard (e ((and (error-object? e) (eq? (condition-kind e) kind))
                 (complain (error-object-message e))))
        (thunk)))

    (define (complain message)
      (let ((port (current-error-port)))
        (display "fermata: " port)
        (display message port)
        (newline port))
      (exit 1))

    ;; The definitions of a script, without its other expressions, then one of
    ;; its flows.
    (define (load-script file)
      (load-definitions
       (refusing 'file-error (lambda () (%flow-open-script file)))))

    (define (perform-start file name input)
      (load-script file)
      (perform (lambda () (start-plan name input))))

    (define (perform-resume id . rest)
      (perform (lambda () (apply resume-plan id rest))))

    (define (perform-recover id)
      (perform (lambda () (recover-plan id))))

    (define (perform-signal id name value)
      (perform (lambda ()
                 (let ((go (signal-plan id name value)))
                   (lambda () (go) (list 'flow-signalled id))))))

    (define (perform-work once?)
      (flow/work 'once once?
                 'tell (lambda (id outcome)
                         (say id " " (told outcome))
                         (flush-output-port))))

    (define (told outcome)
      (cond ((flow-suspended? outcome)
             (string-append "waits for " (symbol->string (flow-suspended-tag outcome))))
            ((and (pair? outcome) (eq? (car outcome) 'raised) (pair? (cdr outcome)))
             (string-append "stopped: "
                            (if (error-object? (cadr outcome))
                                (error-object-message (cadr outcome))
                                "something was raised")))
            (else "finished")))

    ;; Exits with 1 when an open flow would not go on with that program.
    (define (perform-compat file)
      (load-script file)
      (let ((fine #t) (results (compatibility)))
        (for-each
         (lambda (result)
           (let ((what (list-ref result 2)))
             (cond ((not what) (say (car result) " goes on"))
                   ((eq? what 'missing)
                    (say (car result) " is not concerned: no flow is called "
                         (cadr result) " there"))
                   (else (set! fine #f) (say what)))))
         results)
        (if (not fine) (exit 1))))

    (define (perform-migrate id file dry-run?)
      (load-script file)
      (let ((problem (refusing 'flow-error (lambda () (migrate-flow id dry-run?)))))
        (cond (problem (complain problem))
              (dry-run? (say id " can go on with that program"))
              (else (say id " goes on with that program")))))

    (define (perform-check file name input)
      (load-script file)
      (let ((problems (refusing 'flow-error (lambda () (flow-check name (list input))))))
        (for-each say problems)
        (if (pair? problems) (exit 1))
        (say name " ends the same wherever it is stopped")))

    (define (perform-copy copy)
      (let ((id (refusing 'flow-error copy)))
        (say "the copy is " id)
        (perform (lambda () (recover-plan id)))))
    (define (perform-fork id length) (perform-copy (lambda () (flow/fork id length))))
    (define (perform-retry id) (perform-copy (lambda () (flow/retry id))))
    (define (perform-skip id value) (perform-copy (lambda () (flow/skip id value))))

    (define (say . parts)
      (for-each display parts)
      (newline))

    (define (perform-cancel id reason)
      (perform (lambda ()
                 (let ((state (flow/cancel id reason)))
                   (lambda () (list (if (eq? state 'cancelled)
                                        'flow-cancelled
                                        'flow-cancelling)
                                    id))))))))

;; `fermata flow start|resume|cancel`: what the programs made by
;; flow/commands.cpp call.
(define-library (fermata flow command)
  (export perform-start perform-resume perform-recover perform-cancel)
  (import (scheme base) (scheme write) (scheme process-context)
          (only (fermata condition) condition-kind)
          (fermata flow sources) (fermata flow host) (fermata flow program)
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
    (define (perform-start file name input)
      (load-definitions
       (refusing 'file-error (lambda () (%flow-open-script file))))
      (perform (lambda () (start-plan name input))))

    (define (perform-resume id . rest)
      (perform (lambda () (apply resume-plan id rest))))

    (define (perform-recover id)
      (perform (lambda () (recover-plan id))))

    (define (perform-cancel id reason)
      (perform (lambda ()
                 (let ((state (flow/cancel id reason)))
                   (lambda () (list (if (eq? state 'cancelled)
                                        'flow-cancelled
                                        'flow-cancelling)
                                    id))))))))

;; Flows in flows: a child has an id and a history of its own.
(define-library (fermata flow child)
  (export child)
  (import (scheme base)
          (only (fermata condition) condition? condition-kind)
          (only (fermata sched) cancelled? with-shield)
          (fermata flow builtins) (fermata flow guards) (fermata flow run) (fermata flow operation)
          (fermata flow nodes) (fermata flow options) (fermata flow raised)
          (fermata flow history) (fermata flow live) (fermata flow host))
  (begin

    ;;> (child flow option value ...)
    ;;> A node that starts a flow of its own, with an id of its own, and waits for
    ;;> its end: what it returned, or raised. Option: on-cancel, what becomes of it
    ;;> when the flow around it is cancelled: cancel (the default) or leave.
    (define (child flow . options)
      (let ((name (cond ((symbol? flow) flow)
                        ((and (procedure? flow) (flow-name-of flow)))
                        (else (refuse "child: argument 1 must be a flow made by defflow,"
                                      " or its name, got " flow))))
            (on-cancel (get-option "child" options child-options 'on-cancel 'cancel)))
        (define (child input)
          (if (in-flow?)
              (run-child name input on-cancel)
              ((or (flow-here name) (refuse "child: no flow is called " name)) input)))
        child))

    (define child-options
      (list (list 'on-cancel "cancel or leave" (lambda (obj) (memq obj '(cancel leave))))))

    (define (run-child name input on-cancel)
      (%flow-check-plain input "the input of the child flow")
      (let-values (((id wait)
                    (wait-for-child
                     name
                     (lambda (id place)
                       (parameterize ((started-by-parent #t))
                         (let ((outcome (flow/start name input 'id id 'parent place)))
                           (cond ((flow-suspended? outcome) #f)
                                 ((and (pair? outcome) (equal? outcome (list 'flow-delivered id)))
                                  #f)
                                 ((and (pair? outcome) (eq? (car outcome) 'flow-cancelled))
                                  (list 'cancelled (cddr outcome)))
                                 (else (list 'returned outcome)))))))))
        (let ((end (guard (raised ((and (cancelled? raised) (eq? on-cancel 'cancel))
                                   (with-shield (lambda () (cancel-child name id)))
                                   (raise raised)))
                     (wait))))
          (case (car end)
            ((returned) (cadr end))
            ((raised) (raise (datum->raised (cadr end))))
            (else (refuse "the child flow " id " was cancelled"))))))

    (define (cancel-child name id)
      (call-step (string->symbol (string-append "cancel-" (symbol->string name)))
                 (lambda ()
                   (guard (raised ((and (condition? raised)
                                        (eq? (condition-kind raised) 'flow-error))
                                   'over))
                     (flow/cancel id "the flow around it was cancelled")))
                 (lambda (thunk) thunk)
                 #f #f))))

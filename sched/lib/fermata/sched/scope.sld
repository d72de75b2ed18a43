;; Scopes: tasks that end before what spawned them does, deadlines, shields.
(define-library (fermata sched scope)
  (export cancelled? cancel-reason timeout?
          with-shield with-deadline
          with-scope scope-spawn scope-cancel! scope-errors)
  (import (scheme base) (fermata sched task) (fermata sched scopes)
          (fermata sched waits)
          (only (fermata builtins)
                condition? condition-kind condition-irritants make-condition
                %pop-dynamic!))
  (begin

    (define (of-kind? obj kind)
      (and (condition? obj) (eq? (condition-kind obj) kind)))

    ;;> (cancelled? obj)
    ;;> Whether obj is what is raised in a cancelled task.
    (define (cancelled? obj) (of-kind? obj 'cancelled))

    ;;> (cancel-reason condition)
    ;;> The reason that was given for cancelling.
    (define (cancel-reason condition) (car (condition-irritants condition)))

    ;;> (timeout? obj)
    ;;> Whether obj is what is raised when a deadline has passed.
    (define (timeout? obj) (of-kind? obj 'timeout))

    (define (in-cancel-scope scope thunk)
      (%push-cancel-scope! scope)
      (let ((result (thunk)))
        (%pop-dynamic!)
        result))

    ;;> (with-shield thunk)
    ;;> Calls thunk; cancelling is held back until it has returned. For cleaning up;
    ;;> a deadline inside sets it a limit.
    (define (with-shield thunk) (in-cancel-scope #t thunk))

    (define (raised-by? obj scope)
      (let ((condition (%cancel-scope-condition scope)))
        (and condition (eq? obj condition))))

    ;;> (with-deadline seconds thunk [expired])
    ;;> Calls thunk. When it has not returned in time, a timeout is raised in it where it
    ;;> waits; then (expired) gives the value, or without it the timeout is raised here.
    (define (with-deadline seconds thunk 1 . expired)
      (let ((scope (%make-cancel-scope))
            (time (time-after seconds)))
        (guard (obj ((raised-by? obj scope)
                     (if (pair? expired) ((car expired)) (raise obj))))
          (dynamic-wind
           (lambda () (%set-deadline! scope time))
           (lambda () (in-cancel-scope scope thunk))
           (lambda () (%drop-deadline! scope))))))

    ;; ---- scopes

    (define-record-type <scope>
      (make-scope body group over)
      scope?
      (body scope-body)       ; cancel scope of the task that opened it
      (group scope-group)
      (over scope-over set-scope-over!))

    ;;> (with-scope proc ['collect])
    ;;> Calls proc with a scope for scope-spawn, and returns what it returns once all
    ;;> tasks of the scope have ended. The first error in one of them or in proc cancels
    ;;> the others, and is raised when they have ended; with collect errors cancel nobody.
    ;;> After scope-cancel! the value is #f.
    (define (with-scope proc 1 . mode)
      (let* ((body (%make-cancel-scope))
             (group (%make-group body (and (pair? mode) (eq? (car mode) 'collect))))
             (scope (make-scope body group #f)))
        (dynamic-wind
         (lambda ()
           (if (scope-over scope)
               (raise (make-condition 'scheduler-error
                                      "with-scope: this scope is over" '()))))
         (lambda ()
           (guard (obj (#t (end-scope scope obj)))
             (in-cancel-scope
              body
              (lambda ()
                (let ((result (proc scope)))
                  (%group-wait group)
                  (set-scope-over! scope #t)
                  (raise-first scope)
                  result)))))
         (lambda ()
           ;; Left by a continuation: what it began ends here.
           (if (not (scope-over scope))
               (begin
                 (set-scope-over! scope #t)
                 (%group-cancel! group 'scope-left)
                 (with-shield (lambda () (%group-wait group)))))))))

    (define (raise-first scope)
      (let ((errors (scope-errors scope)))
        (if (pair? errors) (raise (car errors)))))

    ;; After obj was raised in the body: the error of a task that caused it, if one did.
    (define (end-scope scope obj)
      (if (scope-over scope)
          (raise obj)
          (begin
            (%group-cancel! (scope-group scope) 'scope-failed)
            (with-shield (lambda () (%group-wait (scope-group scope))))
            (set-scope-over! scope #t)
            (if (raised-by? obj (scope-body scope))
                (begin (raise-first scope) #f)
                (raise obj)))))

    ;;> (scope-spawn scope thunk option value ...)
    ;;> A task of that scope; options as for task-spawn.
    (define (scope-spawn scope thunk . options)
      (if (scope-over scope)
          (raise (make-condition 'scheduler-error
                                 "scope-spawn: this scope is over" '())))
      (spawn-in-group (scope-group scope) thunk options))

    ;;> (scope-cancel! scope reason)
    ;;> Cancels its tasks and its body.
    (define (scope-cancel! scope reason)
      (%group-cancel! (scope-group scope) reason))

    ;;> (scope-errors scope)
    ;;> What its tasks raised, the first error first.
    (define (scope-errors scope)
      (reverse (%group-errors (scope-group scope))))))

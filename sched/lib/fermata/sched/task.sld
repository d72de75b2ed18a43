;; Schedulers and tasks: options, the end of a task, suspending.
(define-library (fermata sched task)
  (export make-scheduler scheduler-step scheduler-run scheduler-trace
          task-spawn spawn-in-group task-join task-block task-suspend
          resume-raise! undisturbed task-priority set-task-priority! clock-now)
  (import (scheme base) (fermata sched tasks) (fermata sched waits)
          (only (fermata sched control) turn-hold! turn-release!)
          (only (fermata builtins) make-condition %uncaught)
          (only (fermata control) %rewind))
  (begin

    (define (refuse kind message . irritants)
      (raise (make-condition kind message irritants)))

    ;; Calls (set name value) for each pair of a list of options.
    (define (for-each-option who set options)
      (let loop ((rest options))
        (cond ((null? rest) #t)
              ((null? (cdr rest))
               (refuse 'wrong-arguments
                       (string-append who ": an option without its value:")
                       (car rest)))
              (else (set (car rest) (cadr rest)) (loop (cddr rest))))))

    ;; ---- schedulers

    ;;> (make-scheduler option value ...)
    ;;> A scheduler. Options: policy (round-robin, fifo, priority, shuffle), gas (of a
    ;;> turn), clock (real, virtual, manual), seed (of every choice), on-error
    ;;> (see scheduler-on-error!), name, trace (#t: scheduler-trace tells whose turn
    ;;> it was), replay (such a trace: turns are taken as it says), accounts (#t: time and
    ;;> memory of each turn are measured, see task-stats).
    (define (make-scheduler . options)
      (let ((s (%make-scheduler)))
        (for-each-option
         "make-scheduler"
         (lambda (name value)
           (case name
             ((policy) (%scheduler-policy! s value))
             ((gas) (%scheduler-gas! s value))
             ((clock) (%scheduler-clock! s value))
             ((seed) (%scheduler-seed! s value))
             ((on-error) (scheduler-on-error! s value))
             ((name) (%scheduler-name! s value))
             ((trace) (%scheduler-trace! s value))
             ((accounts) (%scheduler-accounts! s value))
             ((replay) (%scheduler-replay! s value))
             (else (refuse 'out-of-range "make-scheduler: no such option:"
                           name))))
         options)
        s))

    ;;> (scheduler-run scheduler)
    ;;> Runs its tasks until all have ended, and returns all-done; or stuck, when the
    ;;> rest waits and nothing can wake it. The calling task waits meanwhile.
    (define (scheduler-run s) (%drive s #f))

    ;;> (scheduler-step scheduler)
    ;;> One turn of one task: ran; idle, when all wait for time or the world;
    ;;> all-done; or stuck.
    (define (scheduler-step s) (%drive s #t))

    ;;> (scheduler-trace scheduler)
    ;;> Who had turns, in order, in a scheduler made with trace: the first task spawned
    ;;> there is 1. Plain data, to be printed, kept and given to replay.
    (define (scheduler-trace s) (reverse (%scheduler-trace s)))

    ;;> (clock-now [scheduler])
    ;;> The time of its clock in seconds.
    (define (clock-now 1 . s) (/ (apply clock-now-ns s) 1e9))

    ;; ---- tasks

    ;; When nothing in a task handles an error, what it entered is left.
    (define (leave-task raised)
      (%rewind '())
      (%uncaught raised))
    (%set-unwinder! leave-task)

    (define priorities '((high . 0) (normal . 1) (low . 2)))

    (define (priority-number who name)
      (let ((found (assq name priorities)))
        (if found
            (cdr found)
            (refuse 'wrong-type
                    (string-append who ": a priority must be high, normal or low, got")
                    name))))

    ;;> (task-spawn [scheduler] thunk option value ...)
    ;;> A task that calls the thunk, in the current scheduler when none is given. It
    ;;> inherits the values of parameters. Options: name, priority (high, normal, low),
    ;;> awaited (#t: an error is not reported, for somebody will ask for it).
    (define (task-spawn first . rest)
      (cond ((not (scheduler? first)) (spawn #f first rest #f))
            ((null? rest)
             (refuse 'wrong-arguments "task-spawn: argument 2, the thunk, is missing"))
            (else (spawn first (car rest) (cdr rest) #f))))

    (define (spawn-in-group group thunk options) (spawn #f thunk options group))

    (define (spawn scheduler thunk options group)
      (if (not (procedure? thunk))
          (refuse 'wrong-type "task-spawn: the thunk must be a procedure, got" thunk))
      (if (null? options)
          (%spawn scheduler thunk #f 1 group)
          (let ((task-name #f) (priority 1) (awaited #f))
            (for-each-option
             "task-spawn"
             (lambda (name value)
               (case name
                 ((name) (set! task-name value))
                 ((awaited) (set! awaited value))
                 ((priority) (set! priority (priority-number "task-spawn" value)))
                 (else (refuse 'out-of-range "task-spawn: no such option:" name))))
             options)
            (let ((task (%spawn scheduler thunk task-name priority group)))
              (if awaited (%task-awaited! task #t))
              task))))

    ;;> (task-join task)
    ;;> Waits for its end: returns what it returned, raises what it raised or was
    ;;> cancelled with.
    (define (task-join task)
      (if (eq? (%task-await task) 'finished)
          (task-result task)
          (raise (task-result task))))

    ;;> (task-priority task)
    ;;> One of high, normal, low; it counts in schedulers of the policy priority.
    (define (task-priority task)
      (car (list-ref priorities (%task-priority task))))

    ;;> (set-task-priority! task priority)
    ;;> From its next turn on.
    (define (set-task-priority! task priority)
      (%task-priority! task (priority-number "set-task-priority!" priority)))

    ;;> (undisturbed thunk)
    ;;> Calls thunk, which is short; no other task has a turn before it returns, unless it
    ;;> waits. For looking whether there is something, and waiting if there is not: what is
    ;;> looked at would otherwise change in between when the turn happens to end there.
    (define (undisturbed thunk)
      (turn-hold!)
      (let ((value (with-exception-handler
                    (lambda (obj)
                      (turn-release!)
                      (raise-continuable obj))
                    thunk)))
        (turn-release!)
        value))

    ;;> (task-block [scheduler] predicate)
    ;;> Waits until the predicate gives a true value, and returns it. It is called now and
    ;;> whenever task-wake was called for this task, at no other time.
    (define (task-block first 1 . rest)
      (let ((predicate (if (scheduler? first) (car rest) first)))
        (let loop ()
          (%note-predicate)
          (or (predicate)
              (begin (%block #f) (loop))))))

    (define-record-type <raising> (make-raising obj) raising? (obj raising-obj))

    ;;> (task-suspend proc [what])
    ;;> Calls proc with a procedure of one argument, then waits until that is called, and
    ;;> returns its argument. It may be called before proc returns, from any task, once;
    ;;> it gives #f when the wait was ended by something else. Reports show what.
    (define (task-suspend proc 1 . what)
      (let* ((task (task-current))
             (ticket (%open-wait))
             (used #f))
        (define (resume value)
          (if used
              (refuse 'scheduler-error "this task was resumed already"))
          (set! used #t)
          (if (raising? value)
              (%answer-raise! task ticket #f (raising-obj value))
              (%answer! task ticket #f value)))
        (with-exception-handler
         (lambda (obj)
           (%close-wait)
           (raise-continuable obj))
         (lambda () (proc resume)))
        (%wait (if (pair? what) (car what) 'resume))))

    ;;> (resume-raise! resume obj)
    ;;> Has the suspended task raise obj where it waits.
    (define (resume-raise! resume obj) (resume (make-raising obj)))))

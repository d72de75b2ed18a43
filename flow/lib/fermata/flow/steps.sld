;; Steps, which act on the world; what undoes them; and beginning anew.
(define-library (fermata flow steps)
  (export step heartbeat last-heartbeat saga compensate continue-as-new)
  (import (scheme base)
          (fermata flow budget) (fermata flow nodes) (fermata flow waits)
          (fermata flow arguments) (fermata flow options)
          (fermata flow builtins) (fermata flow run) (fermata flow operation)
          (fermata flow progress) (fermata flow raised)
          (only (fermata sched)
                task-current task-spawn task-sleep task-cancel cancelled? cancel-reason
                clock-now with-deadline with-shield))
  (begin

    ;; ---- steps

    ;;> (step name thunk option value ...)
    ;;> Calls thunk, which may act on the world, and records what it returns: it
    ;;> never runs again after that. If the process dies in between, the step is
    ;;> in doubt; option in-doubt says what then: retry (the default; it runs
    ;;> again with the same (step-key)), fail (it raises), ask (the flow waits
    ;;> until somebody resumes it, under the name of the step, with retry, fail or
    ;;> (result VALUE)), or a procedure that is called instead of thunk, within
    ;;> the step. Further options: retries (how often it runs again after an
    ;;> error), delay, backoff, max-delay (see retry), timeout (seconds for each
    ;;> run), heartbeat (seconds that may pass without a call of heartbeat), undo
    ;;> (a procedure of the result; see saga). A step with undo that has begun is not
    ;;> broken off by a cancellation or a timeout around it: it ends first, so that
    ;;> what it did can be undone.
    (define (step name thunk . options)
      (check-name "step" "name" name)
      (check-thunk 'step 2 thunk)
      (let* ((get (lambda (name default) (get-option "step" options step-options name default)))
             (in-doubt (doubtful name (get 'in-doubt 'retry)))
             (retries (get 'retries 0)) (undo (get 'undo #f))
             (work (bounded name (get 'timeout #f) (get 'heartbeat #f) thunk))
             (place (progress-place name)))
        (define (run hold)
          (if (in-flow?)
              (call-step name work in-doubt place hold)
              (begin (tick) (work))))
        (define (once ignored) (if undo (undoably name run undo) (run #f)))
        (if undo (check-saga name))
        (if (> retries 0)
            ((retry (+ retries 1) (flow-node name once) 'delay (get 'delay 0)
                    'backoff (get 'backoff 'exponential)
                    'max-delay (get 'max-delay #f))
             #f)
            (once #f))))

    (define step-options
      (append delay-options
              (list (list 'in-doubt "retry, fail, ask or a procedure"
                          (lambda (obj) (or (memq obj '(retry fail ask)) (procedure? obj))))
                    (list 'retries "an exact integer, 0 or more" index?)
                    (list 'timeout "a number of seconds, or #f" (or-false seconds?))
                    (list 'heartbeat "a number of seconds, or #f" (or-false seconds?))
                    (list 'undo "a procedure of the result, or #f" (or-false procedure?)))))

    ;; A cancellation waits until the result is there and its undoing registered.
    (define (undoably name run undo)
      (let* ((held #f)
             (value (run (lambda (raised) (set! held (list raised))))))
        (compensate name (lambda () (undo value)))
        (if held (raise (car held)))
        value))

    ;; What is done in doubt: ask, or a procedure of the thunk that gives another.
    (define (doubtful name in-doubt)
      (cond ((eq? in-doubt 'retry) (lambda (thunk) thunk))
            ((eq? in-doubt 'ask) 'ask)
            ((eq? in-doubt 'fail)
             (lambda (thunk)
               (lambda ()
                 (refuse "step " name " is in doubt: its process ended before the result"
                         " was recorded"))))
            (else (lambda (thunk) in-doubt))))

    ;; ---- long steps

    (define (bounded name seconds silence thunk)
      (define (watched) (if silence (while-it-beats name silence thunk) (thunk)))
      (if seconds
          (lambda ()
            ((with-deadline seconds
                            (lambda () (let ((value (watched))) (lambda () value)))
                            (lambda () (lambda () (too-slow name " took longer than " seconds))))))
          watched))

    (define (too-slow name what seconds)
      (raise-timeout (string-append "the step " (symbol->string name) what
                                    (number->string seconds) " seconds")
                     seconds))

    ;; Calls thunk, which is cancelled when it tells nothing for so long.
    (define (while-it-beats name silence thunk)
      (let* ((task (task-current))
             (last (list (clock-now)))
             (watcher
              (task-spawn
               (lambda ()
                 (let watch ()
                   (let ((left (- (+ (car last) silence) (clock-now))))
                     (if (> left 0)
                         (begin (task-sleep left) (watch))
                         (task-cancel task 'heartbeat))))))))
        (define (stop) (task-cancel watcher 'over))
        (guard (raised (#t (stop)
                           (if (and (cancelled? raised)
                                    (eq? (cancel-reason raised) 'heartbeat))
                               (too-slow name " told nothing for " silence)
                               (raise raised))))
          (let ((value (parameterize ((last-beat last)) (thunk))))
            (stop)
            value))))

    (define last-beat (make-parameter #f))   ; #f, or a list of when

    ;;> (heartbeat [progress])
    ;;> In a step that takes long: it still works, and this is how far it is, a
    ;;> plain datum. The last one is kept; fermata flow why shows it, and after a
    ;;> crash or an error last-heartbeat gives it to the next run of the step. What
    ;;> was sent to the flow meanwhile, a cancellation for one, is seen now.
    (define (heartbeat 1 . progress)
      (let ((progress (if (pair? progress) (car progress) #t)))
        (%flow-check-plain progress "the progress")
        (if (last-beat) (set-car! (last-beat) (clock-now)))
        (if (in-step?) (tell-progress progress))))

    ;;> (last-heartbeat [default])
    ;;> In a step: what an earlier run of it told last; default, or #f, when it told
    ;;> nothing.
    (define (last-heartbeat 1 . default)
      (let ((told (and (in-step?) (told-progress))))
        (cond (told (car told))
              ((pair? default) (car default))
              (else #f))))

    ;; ---- beginning anew

    ;;> (continue-as-new input)
    ;;> In a flow: ends it here and begins it anew, under the same id, with that
    ;;> input. All that it recorded is left behind, so a flow that lives for years
    ;;> keeps a short history; input has to carry what is to be known further on.
    ;;> Signals that nobody received yet, attributes and the flow's program stay.
    (define (continue-as-new input)
      (%flow-check-plain input "the input of the new round")
      (cond ((not (in-flow?)) (refuse "continue-as-new: only a flow can begin anew"))
            ((and (compensations) (pair? (car (compensations))))
             (refuse "continue-as-new: the saga around it would forget what it is to undo;"
                     " end the saga first"))
            (else (begin-anew input))))

    ;; ---- compensation

    (define compensations (make-parameter #f)) ; #f, or a list of a list

    ;;> (saga node)
    ;;> Runs node; when it raises, or is cancelled, what was registered in it by
    ;;> compensate, or by the option undo of a step, is done, the last first, each
    ;;> as a step that runs until it succeeds; then the error goes on.
    (define (saga node)
      (check-node 'saga 1 node)
      (define (saga input)
        (let ((undos (list '())))
          (guard (raised ((not (transparent? raised))
                          (with-shield
                           (lambda ()
                             (without-budgets (lambda () (undo-all (car undos))))))
                          (raise raised)))
            (parameterize ((compensations undos))
              (call node input)))))
      saga)

    ;;> (compensate name thunk)
    ;;> Registers thunk to be called, as a step of that name, if the saga around
    ;;> fails.
    (define (compensate name thunk)
      (check-name "compensate" "name" name)
      (check-thunk 'compensate 2 thunk)
      (check-saga name)
      (let ((undos (compensations)))
        (set-car! undos (cons (cons name thunk) (car undos)))))

    (define (check-saga name)
      (if (not (compensations))
          (refuse "compensate: there is no saga around " name)))

    (define (undo-all undos)
      (for-each
       (lambda (undo)
         (let ((name (string->symbol
                      (string-append "undo-" (symbol->string (car undo))))))
           (let again ((seconds 1))
             (let ((outcome
                    (outcome-of (lambda () (step name (cdr undo))))))
               (cond ((eq? (car outcome) 'returned) #t)
                     ((transparent? (cdr outcome)) (raise (cdr outcome)))
                     (else (flow-sleep seconds)
                           (again (min 3600 (* 2 seconds)))))))))
       undos))))

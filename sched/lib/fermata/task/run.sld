;; Running tasks: a runner starts, lists, stops and follows procedures and processes alike.
;;
;; Every run has a watcher, a task that waits for its end, lets its streams run dry, and
;; then writes the exit code into the journal. Nothing cancels a watcher, so whatever
;; happens to who started a run, its descriptors are closed and its process laid to rest.
(define-library (fermata task run)
  (export make-task-runner task-runner? runner-runs runner-events runner-follow
          runner-close! runner-start! runner-start-pipeline! runner-stop!
          run? run-id run-name run-pid run-code run-status run-stopped run-wait
          run-exit-op run-follow run-task run-pipeline task-output)
  (import (scheme base) (scheme file) (fermata sched)
          (fermata task spec) (fermata task journal) (fermata task streams)
          (fermata sched processes)
          (only (fermata builtins) condition? condition-kind condition-irritants
                condition-message condition-report))
  (begin

    ;;> (task-runner? obj)
    ;;> Whether obj is a runner.
    (define-record-type <task-runner> (make-runner journal runs next-id closed)
      task-runner?
      (journal runner-journal)
      (runs runs-of set-runs-of!)        ; newest first
      (next-id next-id-of set-next-id-of!)
      (closed runner-closed? set-runner-closed!))

    ;;> (run? obj)
    ;;> Whether obj is a run, of runner-start!.
    ;;
    ;;> (run-id run)
    ;;> Its number: 1 for the first run of the runner, and so on.
    ;;
    ;;> (run-name run)
    ;;> The name that runner-start! was given, or else the task; where neither was, the
    ;;> program of a process-task, or the symbol procedure.
    ;;
    ;;> (run-code run)
    ;;> The exit code; #f as long as it runs.
    ;;
    ;;> (run-stopped run)
    ;;> The reason it was stopped for: what runner-stop! was given (stopped), timeout,
    ;;> runner-closed or cancelled; #f when nobody stopped it.
    (define-record-type <run> (make-run id name spec runner work code stopped ended)
      run?
      (id run-id)
      (name run-name)
      (spec run-spec)
      (runner run-runner)
      (work run-work set-run-work!)      ; task, or cell of a process
      (code run-code set-run-code!)      ; #f as long as it runs
      (stopped run-stopped set-run-stopped!)
      (ended run-ended))

    ;;> (make-task-runner [limit])
    ;;> A runner whose journal keeps the newest events, 10000 unless limit says otherwise.
    (define (make-task-runner 1 . limit)
      (make-runner (make-journal (if (pair? limit) (car limit) 10000)) '() 1 #f))

    ;;> (runner-runs runner)
    ;;> The runs that have not ended, in the order they were started.
    (define (runner-runs runner) (reverse (runs-of runner)))

    ;;> (runner-events runner)
    ;;> The events that its journal keeps: started, stdout and stderr (a line each), stopped
    ;;> (the reason), exited (the code).
    (define (runner-events runner) (journal-events (runner-journal runner)))

    ;;> (runner-follow runner [from])
    ;;> A follower of all its events: those of the past from that number on (1), then what
    ;;> comes, until the runner is closed.
    (define (runner-follow runner 1 . from)
      (follow (runner-journal runner) (if (pair? from) (car from) 1) #f))

    ;;> (run-follow run [from])
    ;;> A follower of the events of one run, until it has ended.
    (define (run-follow run 1 . from)
      (follow (runner-journal (run-runner run)) (if (pair? from) (car from) 1) (run-id run)))

    ;;> (run-status run)
    ;;> running or exited.
    (define (run-status run) (if (run-code run) 'exited 'running))

    ;;> (run-pid run)
    ;;> The number of the process; #f when it is a procedure or never began.
    (define (run-pid run)
      (and (vector? (run-work run)) (%process-pid (run-work run))))

    ;;> (run-exit-op run)
    ;;> Happens when the run has ended; the value is the exit code.
    (define (run-exit-op run)
      (make-op
       (lambda () (or (run-code run) op-not-ready))
       (lambda (ticket tag) (waitq-add! (run-ended run) ticket tag))
       #f (run-ended run)))

    ;;> (run-wait run)
    ;;> Waits for its end; the exit code: 128 and the number of the signal when one ended it.
    (define (run-wait run) (sync (run-exit-op run)))

    (define (tell run kind value)
      (journal-add! (runner-journal (run-runner run)) (run-id run) kind value))

    ;; ---- starting

    (define-record-type <options> (make-options name arguments input output errors) options?
      (name option-name set-option-name!)
      (arguments option-arguments set-option-arguments!)
      (input option-input set-option-input!)
      (output option-output set-option-output!)
      (errors option-errors set-option-errors!))

    (define (read-options who list)
      (let ((options (make-options #f '() 'none 'journal 'journal)))
        (for-each-option
         who
         (lambda (name value)
           (case name
             ((name) (set-option-name! options value))
             ((arguments) (set-option-arguments! options value))
             ((stdin) (check-input who value) (set-option-input! options value))
             ((stdout) (check-output who value #f) (set-option-output! options value))
             ((stderr) (check-output who value #t) (set-option-errors! options value))
             (else (refuse 'out-of-range (string-append who ": no such option:") name))))
         list)
        options))

    ;;> (runner-start! runner spec option ...)
    ;;> Starts a task; the run. Options: name, arguments (a list of strings: after those of
    ;;> a process-task, or what context-arguments gives), stdin (none, inherit, a string, a
    ;;> bytevector, an input port), stdout (journal: its lines are events; none, inherit, an
    ;;> output port), stderr (the same, or stdout). Ports are not closed.
    (define (runner-start! runner spec . options)
      (if (not (task-spec? spec))
          (refuse 'wrong-type "runner-start!: argument 2 must be a task, got" spec))
      (start runner spec (read-options "runner-start!" options)))

    ;;> (runner-start-pipeline! runner specs option ...)
    ;;> Starts tasks whose output is the input of the next; a list of runs. Options as for
    ;;> runner-start!: stdin is that of the first, stdout that of the last.
    (define (runner-start-pipeline! runner specs . options)
      (if (not (and (pair? specs) (list? specs)))
          (refuse 'wrong-type "runner-start-pipeline!: argument 2 must be a list of tasks, got" specs))
      (let ((options (read-options "runner-start-pipeline!" options)))
        (let loop ((specs specs) (input (option-input options)) (runs '()))
          (let* ((last (null? (cdr specs)))
                 (link (if last #f (make-link (car specs) (cadr specs))))
                 (run (start runner (car specs)
                             (make-options (option-name options) (option-arguments options)
                                           input
                                           (if last (option-output options) (cdr link))
                                           (option-errors options)))))
            (if last
                (reverse (cons run runs))
                (loop (cdr specs) (car link) (cons run runs)))))))

    (define (start runner spec options)
      (if (runner-closed? runner)
          (refuse 'scheduler-error "runner-start!: the runner is closed"))
      (let* ((id (next-id-of runner))
             (run (make-run id (or (option-name options) (spec-name spec)) spec runner
                            #f #f #f (make-waitq 'run))))
        (set-next-id-of! runner (+ id 1))
        (set-runs-of! runner (cons run (runs-of runner)))
        (tell run 'started (run-name run))
        (with-shield
         (lambda ()
           (let ((streams (open-streams
                           (spec-body spec) (option-input options)
                           (option-output options) (option-errors options)
                           (lambda (kind line) (tell run kind line)))))
             (if (spec-body spec)
                 (start-procedure run streams (option-arguments options))
                 (start-process run streams (option-arguments options))))))
        (if (spec-timeout spec)
            (task-spawn
             (lambda ()
               (if (not (sync/timeout (spec-timeout spec) (run-exit-op run)))
                   (runner-stop! run 'timeout)))
             'name 'task-timeout))
        run))

    (define (start-procedure run streams arguments)
      (let* ((spec (run-spec run))
             (context (make-context (run-id run) (run-name run) arguments
                                    (spec-environment spec) (spec-directory spec)))
             (in (stream-port streams 0)) (out (stream-port streams 1))
             (err (stream-port streams 2)))
        (set-run-work!
         run
         (task-spawn
          (lambda ()
            (parameterize ((current-input-port in) (current-output-port out)
                           (current-error-port err))
              (let ((value ((spec-body spec) context in out err)))
                (flush-output-port out)
                (flush-output-port err)
                value)))
          'name (run-name run) 'awaited #t))
        (watch run streams
               (lambda ()
                 (let ((work (run-work run)))
                   (sync (join-op work))
                   (procedure-code work err))))))

    ;; The exit code of a procedure that has ended.
    (define (procedure-code work err)
      (let ((result (task-result work)))
        (case (task-status work)
          ((finished) (value->code result))
          ((cancelled) (if (eq? (cancel-reason* result) 'killed) 137 143))
          (else
           (cond ((cancelled? result) 143)
                 ((broken-pipe? result) 141)
                 (else
                  (ignoring-errors
                   (lambda ()
                     (write-string (condition-report result) err)
                     (flush-output-port err)))
                  1))))))

    (define (cancel-reason* obj) (and (cancelled? obj) (cancel-reason obj)))

    (define (value->code value)
      (cond ((and (exact-integer? value) (<= 0 value 255)) value)
            (value 0)
            (else 1)))

    (define (start-process run streams arguments)
      (let* ((spec (run-spec run))
             (refused
              (guard (obj ((and (condition? obj)
                               (memq (condition-kind obj) '(io-error file-error wrong-type)))
                          obj))
                (set-run-work!
                 run
                 (%process-start (append (spec-argv spec) arguments)
                                 (map (lambda (v) (string-append (car v) "=" (cdr v)))
                                      (spec-environment spec))
                                 (spec-directory spec) (spec-limits spec)
                                 (streams-vector streams)))
                #f)))
        (streams-started! streams)
        (if refused (tell run 'stderr (condition-message refused)))
        (watch run streams
               (lambda ()
                 (cond ((not refused) (%process-wait (run-work run)))
                       ((member 'EACCES (condition-irritants refused)) 126)
                       (else 127))))))

    ;; Waits for the end in a task of its own.
    (define (watch run streams wait)
      (task-spawn
       (lambda ()
         (let ((code (wait)))
           (streams-ended! streams)
           (set-run-code! run code)
           (let ((runner (run-runner run)))
             (set-runs-of! runner (remove-run run (runs-of runner))))
           (tell run 'exited code)
           (waitq-give-all! (run-ended run) code)))
       'name 'task-watcher))

    (define (remove-run run runs)
      (if (eq? run (car runs)) (cdr runs) (cons (car runs) (remove-run run (cdr runs)))))

    ;; ---- stopping

    ;;> (runner-stop! run [reason])
    ;;> Asks it to end: a process and its group get SIGTERM, a procedure is cancelled. What
    ;;> has not ended when the grace of the task is over is killed. Does not wait; #f when
    ;;> it has ended before.
    (define (runner-stop! run 1 . reason)
      (cond ((run-code run) #f)
            ((run-stopped run) #t)
            (else
             (set-run-stopped! run (if (pair? reason) (car reason) 'stopped))
             (tell run 'stopped (run-stopped run))
             (let ((work (run-work run)))
               (if (task? work)
                   (task-cancel work (run-stopped run))
                   (and work (%process-signal work 'terminate)))
               (task-spawn
                (lambda ()
                  (if (not (sync/timeout (spec-grace (run-spec run)) (run-exit-op run)))
                      (if (task? work)
                          (task-kill work)
                          (and work (%process-signal work 'kill)))))
                'name 'task-grace))
             #t)))

    ;;> (runner-close! runner)
    ;;> Stops what runs, waits for the end of it, and closes the journal; followers come to
    ;;> its end.
    (define (runner-close! runner)
      (set-runner-closed! runner #t)
      (let ((runs (runner-runs runner)))
        (for-each (lambda (run) (runner-stop! run 'runner-closed)) runs)
        (for-each run-wait runs))
      (journal-close! (runner-journal runner)))

    ;; ---- in one go

    ;; Waits for all runs; when the wait is left, they are stopped first.
    (define (wait-for-all runs)
      (with-exception-handler
       (lambda (obj)
         (for-each (lambda (run) (runner-stop! run 'cancelled)) runs)
         (with-shield (lambda () (for-each run-wait runs)))
         (raise-continuable obj))
       (lambda () (map run-wait runs))))

    ;;> (run-task spec option ...)
    ;;> Runs a task to its end; the exit code. Options as for runner-start!, but streams are
    ;;> inherited unless given. When the wait is left, by a deadline say, it is stopped.
    (define (run-task spec . options)
      (car (wait-for-all
            (list (apply runner-start! (make-task-runner) spec (with-streams options))))))

    ;;> (run-pipeline spec ... )
    ;;> Runs tasks whose output is the input of the next; a list of their exit codes. The
    ;;> streams at both ends are inherited.
    (define (run-pipeline . specs)
      (wait-for-all (apply runner-start-pipeline! (make-task-runner) specs (with-streams '()))))

    ;; Options, with streams inherited that are not given.
    (define (with-streams options)
      (let loop ((names '(stdin stdout stderr)) (options options))
        (cond ((null? names) options)
              ((given? (car names) options) (loop (cdr names) options))
              (else (loop (cdr names) (cons (car names) (cons 'inherit options)))))))
    (define (given? name options)
      (and (pair? options) (pair? (cdr options))
           (or (eq? name (car options)) (given? name (cddr options)))))

    ;;> (task-output spec option ...)
    ;;> Runs a task; two values, what it wrote to standard output and the exit code.
    (define (task-output spec . options)
      (let* ((out (open-output-string))
             (code (apply run-task spec 'stdout out options)))
        (values (get-output-string out) code)))))

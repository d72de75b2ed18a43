;; `fermata flow start|resume|cancel`: what the programs made by
;; flow/commands.cpp call.
(define-library (fermata flow command)
  (export datum-of
          perform-start perform-resume perform-recover perform-cancel
          perform-signal perform-update perform-query perform-schedule perform-work perform-workers
          perform-handoff perform-delegate perform-recall perform-replicate perform-promote perform-promote-all
          perform-compat perform-migrate
          perform-fork perform-import perform-retry perform-skip perform-check perform-serve)
  (import (scheme base) (scheme file) (scheme read) (scheme write) (scheme process-context)
          (scheme time)
          (only (fermata condition) condition-kind)
          (fermata flow sources) (fermata flow history) (fermata flow host) (fermata flow look)
          (fermata flow program) (fermata flow schedule) (fermata flow work) (fermata flow workers)
          (only (fermata flow cron) days->date)
          (only (fermata flow builtins) %flow-command) (fermata flow delegation)
          (fermata flow replicas) (fermata flow copies) (fermata flow items)
          (only (fermata flow parents) guest-asker)
          (fermata flow tools) (fermata flow check) (fermata flow serve)
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

    ;; The datum in a text that the user typed as what; nothing else may be in it.
    (define (datum-of what text)
      (define (refuse . parts)
        (let ((port (current-error-port)))
          (for-each (lambda (part) (display part port))
                    (append (list "fermata: " what " ") parts (list ": " text)))
          (newline port)
          (exit 2)))
      (let ((port (open-input-string text)))
        (define (next)
          (guard (e ((read-error? e) (refuse "cannot be read, " (error-object-message e))))
            (read port)))
        (let ((datum (next)))
          (if (eof-object? datum) (refuse "must be a datum, and nothing is there"))
          (if (not (eof-object? (next))) (refuse "must be one datum, and this is more"))
          datum)))

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

    (define (perform-update id name value)
      (perform (lambda ()
                 (let ((answer (flow/update id name value))) (lambda () answer)))))

    (define (perform-query id name)
      (perform (lambda () (let ((answer (flow/query id name))) (lambda () answer)))))

    ;; One line for each flow that was run; a line of JSON for machines.
    (define (perform-work json? . options)
      (refusing 'flow-error (lambda () (apply flow/work 'tell (teller json?) options))))

    (define (teller json?)
      (lambda (id outcome)
        (if json?
            (say "{\"id\":" (quoted (symbol->string id)) ",\"outcome\":"
                 (quoted (told outcome)) "}")
            (say id " " (told outcome)))
        (flush-output-port)))

    (define (perform-workers json?)
      (let ((workers (flow/workers)))
        (cond (json? (say "[" (joined (map worker-json workers) ",") "]"))
              ((null? workers) (say "No workers."))
              (else
               (say (columns "WORKER" "STATE" "FLOWS" "OF" "BEHIND" "SEEN") "QUEUES")
               (for-each tell-worker workers)))))

    (define (perform-handoff id worker)
      (refusing 'flow-error (lambda () (flow/handoff id worker)))
      (say worker " will be given " id " when its steps under way have ended"))

    (define (perform-delegate id peer)
      (let ((state (refusing 'flow-error (lambda () (flow/delegate id peer)))))
        (case state
          ((delegated) (say id " goes on at " peer))
          ((delegating)
           (say peer " has not answered yet; `" (%flow-command (current-store))
                " flow work` goes on asking"))
          (else (say id " is " state)))))

    (define (perform-recall id)
      (let ((peer (refusing 'flow-error (lambda () (flow/recall id)))))
        (say id " goes on here from where it was when it left; " peer
             " stops when it hears of it, and may act until then")))

    ;; peer: #f to list the peers.
    (define (perform-replicate peer . options)
      (if peer
          (refusing 'flow-error (lambda () (apply flow/replicate peer options)))
          (for-each tell-replica (flow/replicas))))

    (define (tell-replica replica)
      (say (car replica) " has copies of "
           (if (cadr replica) (cadr replica) "all flows")
           (if (list-ref replica 2)
               (string-append " of the queue " (symbol->string (list-ref replica 2)))
               "")
           (if (list-ref replica 3)
               (string-append ", complete " (whole (max 0 (- (current-second) (list-ref replica 3))))
                              " s ago")
               ", not complete yet")
           (if (null? (list-ref replica 4))
               ""
               (string-append ", but not of " (names-text (list-ref replica 4))
                              ", ids of other flows there"))))
    (define (names-text names)
      (let loop ((rest (cdr names)) (text (symbol->string (car names))))
        (if (null? rest)
            text
            (loop (cdr rest) (string-append text ", " (symbol->string (car rest)))))))

    (define (perform-promote id)
      (let ((known (refusing 'flow-error (lambda () (flow/promote id))))
            (store (current-store)))
        (say id " goes on here after " (car known) " records, the last of "
             (utc-text (cadr known)) "; what came after that at "
             (guest-asker (%item store 'guest (as-id id))) " is not here")))

    (define (perform-promote-all peer)
      (let ((ids (flow/copies peer)))
        (for-each perform-promote ids)
        (if (null? ids) (complain (string-append "there are no copies of flows of "
                                                 (symbol->string peer))))))

    (define (part name worker) (cdr (assq name worker)))
    (define (whole n) (number->string (exact (floor n))))

    (define (tell-worker worker)
      (say (columns (symbol->string (part 'name worker))
                    (if (part 'lives? worker) "alive" "silent")
                    (whole (part 'flows worker)) (whole (part 'limit worker))
                    (string-append (whole (part 'behind worker)) " s")
                    (string-append (whole (max 0 (- (current-second) (part 'seen worker))))
                                   " s ago"))
           (let ((queues (part 'queues worker)))
             (if queues (joined (map symbol->string queues) ",") "all"))))

    (define (columns . texts)
      (let loop ((texts texts) (widths '(28 8 7 6 8 10)))
        (if (null? texts)
            ""
            (string-append (car texts)
                           (make-string (max 1 (- (car widths) (string-length (car texts)))) #\space)
                           (loop (cdr texts) (cdr widths))))))

    (define (worker-json worker)
      (string-append
       "{\"worker\":" (quoted (symbol->string (part 'name worker)))
       ",\"alive\":" (if (part 'lives? worker) "true" "false")
       ",\"flows\":" (whole (part 'flows worker)) ",\"limit\":" (whole (part 'limit worker))
       ",\"behind\":" (whole (part 'behind worker)) ",\"seen\":" (whole (part 'seen worker))
       ",\"queues\":"
       (let ((queues (part 'queues worker)))
         (if queues
             (string-append
              "[" (joined (map (lambda (queue) (quoted (symbol->string queue))) queues) ",") "]")
             "null"))
       "}"))

    (define (joined texts separator)
      (cond ((null? texts) "")
            ((null? (cdr texts)) (car texts))
            (else (string-append (car texts) separator (joined (cdr texts) separator)))))

    ;; Answers peers, and works.
    (define (perform-serve file peers host port)
      (load-script file)
      (refusing 'file-error
                (lambda ()
                  (refusing 'flow-error
                            (lambda ()
                              (let* ((name (flow-peers! peers)) (port (flow-serve! host port)))
                                (say name " listens at " host ":" port)
                                (flush-output-port))))))
      (perform-work #f))

    ;; A JSON string.
    (define (quoted text)
      (let ((port (open-output-string)))
        (write-char #\" port)
        (string-for-each
         (lambda (c)
           (cond ((memv c '(#\" #\\)) (write-char #\\ port) (write-char c port))
                 ((char<? c #\space) (write-char #\space port))
                 (else (write-char c port))))
         text)
        (write-char #\" port)
        (get-output-string port)))

    (define (told outcome)
      (define (is? tag) (and (pair? outcome) (eq? (car outcome) tag)))
      (cond ((flow-suspended? outcome)
             (string-append "waits for " (symbol->string (flow-suspended-tag outcome))))
            ((and (is? 'raised) (pair? (cdr outcome)))
             (string-append "stopped: "
                            (if (error-object? (cadr outcome))
                                (error-object-message (cadr outcome))
                                "something was raised")))
            ((and (is? 'schedule) (pair? (cdr outcome)))
             (string-append "cannot be started: " (cadr outcome)))
            ((is? 'parked) "is parked: its process ended in the middle again and again")
            ((is? 'flow-stopped) "is put down")
            ((is? 'flow-handed-over) "is handed over")
            ((is? 'flow-cancelled) "is cancelled")
            (else "finished")))

    (define (perform-schedule action id)
      (case action
        ((list) (for-each tell-schedule (flow/schedules)))
        ((trigger) (perform (lambda () (lambda () (flow/trigger id)))))
        (else
         (refusing 'flow-error
                   (lambda ()
                     (case action
                       ((pause) (flow/pause-schedule id))
                       ((continue) (flow/continue-schedule id))
                       ((remove)
                        (if (not (flow/unschedule id))
                            (complain (string-append "there is no schedule "
                                                     (symbol->string id)))))))))))

    (define (tell-schedule schedule)
      (say (car schedule) " starts " (cadr schedule) ", "
           (list-ref schedule 3) " " (list-ref schedule 4)
           (if (list-ref schedule 2)
               (string-append ", next at " (utc-text (list-ref schedule 2)))
               ", not any more")))

    (define (utc-text second)
      (let* ((second (exact (floor second))) (rest (floor-remainder second 86400)))
        (let-values (((year month day) (days->date (floor-quotient second 86400))))
          (string-append (number->string year) "-" (two month) "-" (two day) " "
                         (two (quotient rest 3600)) ":" (two (quotient (remainder rest 3600) 60))
                         ":" (two (remainder rest 60)) " UTC"))))
    (define (two n) (string-append (if (< n 10) "0" "") (number->string n)))

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

    (define (perform-check file name input seed)
      (load-script file)
      (let ((problems (refusing 'flow-error
                                (lambda () (flow-check name (list input) 'seed seed)))))
        (for-each say problems)
        (if (pair? problems)
            (begin
              (say "with seed " seed "; it is the same each time")
              (exit 1)))
        (say name " ends the same wherever it is stopped")))

    (define (perform-import file)
      (let* ((text (refusing 'file-error
                             (lambda () (call-with-input-file file read-all))))
             (known (refusing 'flow-error
                              (lambda ()
                                (refusing 'flow-mismatch (lambda () (flow/import text)))))))
        (say (car known) " is imported, " (cadr known) " records"
             (if (list-ref known 2) ""
                 "; they were not replayed, because its program was not stored"))))

    (define (read-all port)
      (let ((out (open-output-string)))
        (let loop ()
          (let ((part (read-string 65536 port)))
            (if (eof-object? part)
                (get-output-string out)
                (begin (write-string part out) (loop)))))))

    (define (perform-copy copy)
      (let ((id (refusing 'flow-error copy)))
        (say "the copy is " id)
        (perform (lambda () (recover-plan id)))))

    ;; value: #f, or a list of what the last record is to say. file: "", or the program
    ;; that the copy goes on with.
    (define (perform-fork id n value file)
      (if (not (string=? file "")) (load-script file))
      (perform-copy
       (lambda ()
         (let ((problem (and (not (string=? file ""))
                             (divergence-here id (if value (- n 1) n)))))
           (if problem (complain problem))
           (let ((copy (if value (flow/fork id n 'value (car value)) (flow/fork id n))))
             (if (not (string=? file "")) (migrate-flow copy #f))
             copy)))))
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

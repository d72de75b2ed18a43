;; A run: one flow while it is live in this process, and the strands it is made of.
;;
;; A run has a scheduler of its own. Its tasks, the strands, switch only where
;; they wait, and its clock moves only when an event enters, so everything in it
;; happens again in the same order when the same events enter. Goroutines,
;; channels and select in a flow are tasks of that scheduler too.
;;
;; Strand "0" is the flow itself; branches are "0.1", "0.2" ... Every durable
;; operation, and every call of a node, takes the next ordinal of its strand;
;; its records stand at that position.
(define-library (fermata flow run)
  (export make-run run?
          run-journal run-scheduler run-seed ring! await-bell!
          run-outer set-run-outer! run-inbox set-run-inbox!
          run-waits run-waits-for? run-launches
          run-begun set-run-begun!
          run-completions
          run-outcome set-run-outcome! run-mailbox set-run-mailbox!
          run-root set-run-root! run-cancelled set-run-cancelled!
          run-queries set-run-queries! run-versions set-run-versions!
          run-updates set-run-updates! run-trunk set-run-trunk!
          set-run-leave! leave-run!
          make-strand strand-path strand-ordinal strand-task set-strand-task! branch-path
          make-wait wait-strand wait-ordinal wait-kind wait-name
          wait-work set-wait-work!
          wait-again set-wait-again! wait-begun? set-wait-begun?!
          wait-ended set-wait-ended! wait-turn? set-wait-turn?! launch-later!
          current-run current-place current-strand current-key place-of-task place-on
          step-place asked-place
          in-flow? in-step? here next-ordinal! passed-over! new-branches!
          strand-random
          node-state node-place node-fresh? node-acted? node-spoke? become-flow!
          ask record! event! close! refuse refuse-kind check-name key-of
          park park-or-hold answer-wait! find-wait transparent-outcome!)
  (import (scheme base) (scheme write)
          (only (fermata builtins) make-condition %place-here! %random-seeded)
          (only (fermata control) %rewind)
          (fermata flow builtins) (fermata flow journals) (fermata flow guards) (fermata flow looks)
          (fermata flow asking) (fermata flow fifo) (fermata flow raised)
          (fermata sched) (only (fermata sched stream) await-job) (only (fermata sched waits) %open-wait %wait %answer!))
  (begin

    (define-record-type <run>
      (%make-run journal scheduler bell seed outer inbox waits launches
                 begun completions outcome mailbox root cancelled tasks
                 queries versions updates trunk leave)
      run?
      (journal run-journal)
      (scheduler run-scheduler)
      (bell run-bell)             ; (task that listens . whether it rang)
      (seed run-seed)
      (outer run-outer set-run-outer!)         ; where steps run
      (inbox run-inbox set-run-inbox!)         ; letters that are to enter
      (waits run-open-waits)                   ; fifo: open waits
      (launches run-launches)                  ; fifo: steps to begin, (wait . thunk)
      (begun run-begun set-run-begun!)         ; waits of steps that run
      (completions run-completions)            ; fifo: steps that ended, (wait . outcome)
      (outcome run-outcome set-run-outcome!)   ; #f, or the flow's
      (mailbox run-mailbox set-run-mailbox!)   ; signals: (name . fifo) ...
      (root run-root set-run-root!)            ; its task
      (cancelled run-cancelled set-run-cancelled!) ; #f, or a list of the reason
      (tasks run-tasks set-run-tasks!)         ; strands of other tasks, by id
      (queries run-queries set-run-queries!)   ; (name . thunk) ...
      (versions run-versions set-run-versions!) ; (change . version) ...
      (updates run-updates set-run-updates!)   ; (name handler check) ...
      (trunk run-trunk set-run-trunk!)         ; its first strand
      (leave run-leave set-run-leave!))        ; the dynamic state its task began in

    (define (make-run journal seed milliseconds)
      (let ((scheduler (make-scheduler 'policy 'fifo 'clock 'manual 'seed seed
                                       'on-error 'stop 'name 'flow)))
        (%flow-set-time! scheduler milliseconds)
        (%make-run journal scheduler (list #f) seed #f '() (make-fifo) (make-fifo) '()
                   (make-fifo) #f '() #f #f '() '() '() '() #f #f)))

    (define (run-waits run) (fifo-list (run-open-waits run)))
    (define (run-waits-for? run wait) (and (memq wait (run-waits run)) #t))

    ;; Something came in for the engine's task.
    (define (ring! run)
      (let ((bell (run-bell run)))
        (set-cdr! bell #t)
        (if (car bell) (task-wake (car bell)))))

    (define (await-bell! run)
      (let ((bell (run-bell run)))
        (set-car! bell (task-current))
        (task-block (lambda () (cdr bell)))
        (set-car! bell #f)
        (set-cdr! bell #f)))

    (define-record-type <strand>
      (%make-strand path ordinal children task random drawn after)
      strand?
      (path strand-path)
      (ordinal strand-ordinal set-strand-ordinal!)
      (children strand-children set-strand-children!)
      (task strand-task set-strand-task!)
      (random strand-generator set-strand-generator!)
      (drawn strand-drawn set-strand-drawn!)   ; the place it is for
      (after strand-after set-strand-after!))  ; 1 after a node that acted, else 0

    (define (make-strand path) (%make-strand path 0 0 #f #f -1 0))

    ;; kind: suspend, step, signal, child.
    (define-record-type <wait>
      (%make-wait strand ordinal kind name ticket work again begun? answer turn? ended)
      wait?
      (strand wait-strand)
      (ordinal wait-ordinal)
      (kind wait-kind)
      (name wait-name)
      (ticket wait-ticket set-wait-ticket!)    ; of the task's wait
      (work wait-work set-wait-work!)       ; the task of a step that runs
      (again wait-again set-wait-again!)    ; of a step in doubt: what runs it again
      (begun? wait-begun? set-wait-begun?!) ; whether the step has run here
      (answer wait-answer set-wait-answer!) ; #f, or the outcome that answered it
      (turn? wait-turn? set-wait-turn?!)    ; whether the task of the step had a turn
      (ended wait-ended set-wait-ended!))   ; #f, or a list of what the step came to

    (define (make-wait strand ordinal kind name)
      (%make-wait strand ordinal kind name #f #f #f #f #f #f #f))

    ;; A step begins once what was recorded is safe.
    (define (launch-later! run wait work)
      (fifo-put! (run-launches run) (cons wait work)))

    ;; Where a task is: #f, or #(state what journal path ordinal name spoke? run
    ;; strand key). One parameter for all of it, as every flow that waits keeps what
    ;; is bound around it. The first seven natives look at too, see guard.cpp: they
    ;; are of the node that runs, with the state fresh, acted or flow; #f in a step.
    (define current-place (make-parameter #f))
    (%flow-place-parameter! current-place)
    (%flow-await-job! await-job
                      (lambda (job) (with-shield (lambda () (await-job job)))))

    (define (place-of-task state what journal path ordinal name run strand key)
      (vector state what journal path ordinal name #f run strand key))
    (define (current-run) (let ((place (current-place))) (and place (vector-ref place 7))))
    (define (current-strand) (vector-ref (current-place) 8))

    ;; The same place on another strand.
    (define (place-on strand)
      (let ((place (vector-copy (current-place))))
        (vector-set! place 8 strand)
        place))

    ;; In a step, or a node, which may turn out to be one: its key; else #f.
    (define (current-key)
      (let* ((place (current-place)) (key (and place (vector-ref place 9))))
        (if (eq? key #t)
            (key-of (vector-ref place 7) (vector-ref place 8) (vector-ref place 4))
            key)))
    (define (step-place key) (place-of-task #f #f #f #f 0 #f #f #f key))

    ;; What a program is asked from outside; run: #f, or the one it belongs to.
    (define (asked-place what journal path name run strand)
      (place-of-task 'flow what journal path 0 name run strand (and (not run) (current-key))))

    (define (in-flow?) (and (current-run) #t))
    (define (in-step?)
      (let ((place (current-place))) (and place (vector-ref place 9) #t)))

    ;; The strand of the task that runs: a task that the program spawned itself
    ;; gets one when it does something durable.
    (define (here)
      (let* ((strand (current-strand)) (task (task-current)))
        (if (eq? (strand-task strand) task)
            strand
            (let* ((run (current-run))
                   (known (assv (task-id task) (run-tasks run))))
              (if known
                  (cdr known)
                  (let ((own (make-strand (branch-path strand (new-branches! strand 1)))))
                    (set-strand-task! own task)
                    (set-run-tasks! run (cons (cons (task-id task) own) (run-tasks run)))
                    own))))))

    (define (branch-path strand n)
      (string-append (strand-path strand) "." (number->string n)))

    (define (next-ordinal! strand)
      (let ((n (+ (strand-ordinal strand) 1)))
        (set-strand-ordinal! strand n)
        (set-strand-after! strand 0)
        n))

    ;; The number of the first of so many new branches.
    (define (new-branches! strand count)
      (let ((first (+ (strand-children strand) 1)))
        (set-strand-children! strand (+ (strand-children strand) count))
        first))

    ;; State of a random generator for what the strand does after its last
    ;; operation: the same when it comes there again.
    (define (strand-random run strand)
      (let ((place (+ (* 2 (strand-ordinal strand)) (strand-after strand))))
        (if (not (= (strand-drawn strand) place))
            (begin
              (set-strand-drawn! strand place)
              (set-strand-generator!
               strand
               (%random-seeded (run-seed run)
                               (%flow-hash (list (strand-path strand) place))))))
        (strand-generator strand)))

    ;; A node with a recorded end has ended: a replay passes it over, with what
    ;; it drew.
    (define (passed-over! strand) (set-strand-after! strand 1))

    ;; ---- refusing

    (define (refuse-kind kind . parts)
      (let ((port (open-output-string)))
        (for-each (lambda (part) (display part port)) parts)
        (raise (make-condition kind (get-output-string port) '()))))
    (define (refuse . parts) (apply refuse-kind 'flow-error parts))

    (define (check-name who what name)
      (if (not (symbol? name))
          (raise (make-condition
                  'wrong-type
                  (string-append who ": the " what " must be a symbol, got "
                                 (written name))
                  (list name)))))

    ;; ---- the node that runs

    (define (node-state) (let ((place (current-place))) (and place (vector-ref place 0))))

    ;; The key, when it is asked for, says where.
    (define (node-place run strand ordinal name)
      (place-of-task 'fresh #f (run-journal run) (strand-path strand) ordinal name run strand #t))
    (define (node-fresh? node) (eq? (vector-ref node 0) 'fresh))
    (define (node-acted? node) (eq? (vector-ref node 0) 'acted))
    (define (node-spoke? node) (vector-ref node 6))

    ;; A durable operation begins: the node around it is a flow from now on.
    (define (become-flow! what name)
      (let ((node (current-place)))
        (if node
            (case (vector-ref node 0)
              ((fresh)
               (vector-set! node 0 'flow)
               (vector-set! node 1 (string-append "`" what " "
                                                  (symbol->string name) "`"))
               (if (vector-ref node 6) (%flow-spoke-loosely! (vector-ref node 1))))
              ((acted)
               (refuse what " " name ": the node `" (vector-ref node 5)
                       "` has acted (" (vector-ref node 1)
                       "), so it is a step and may not do this; act in a step of its"
                       " own: (step 'NAME (lambda () (" (vector-ref node 1)
                       " ...)))"))))))

    ;; ---- the journal

    ;; place: the procedure whose source is shown when the history says otherwise.
    (define (ask run strand ordinal operation name hash place)
      (%flow-ask (run-journal run) (strand-path strand) ordinal operation name hash
                 place))

    (define (record! run event strand ordinal name hash . value)
      (apply %flow-record! (run-journal run) event (strand-path strand) ordinal name
             hash value))

    (define (close! run event strand ordinal name)
      (%flow-close! (run-journal run) event (strand-path strand) ordinal name))

    ;; An event that is new enters: it is recorded, and time is what it is now.
    (define (event! run event path ordinal name value)
      (let ((now (%flow-now (run-outer run))))
        (%flow-event! (run-journal run) event path ordinal name value now)
        (%flow-set-time! (run-scheduler run) now)))

    (define (key-of run strand ordinal)
      (string-append (symbol->string (%flow-id (run-journal run)))
                     "/" (strand-path strand) "#" (number->string ordinal)))

    ;; ---- waiting

    ;; Waits until an event answers, with (returned . value) or (raised . obj).
    ;; Whatever else ends the wait withdraws it.
    (define (park run wait)
      (fifo-put! (run-open-waits run) wait)
      (answered
       (with-exception-handler
        (lambda (raised)
          (withdraw! run wait)
          (raise raised))
        (lambda () (sleep wait)))))

    (define (sleep wait)
      (set-wait-ticket! wait (%open-wait))
      (%wait (wait-name wait)))

    (define (answered outcome)
      (if (eq? (car outcome) 'returned)
          (cdr outcome)
          (begin
            (%place-here! (cdr outcome))
            (raise (cdr outcome)))))

    ;; The same for what must not be broken off: when hold?, a procedure of what was
    ;; raised, says so, the wait goes on. What the event gave is then the value all
    ;; the same; if it is an error, what was raised before is raised.
    (define (park-or-hold run wait hold?)
      (define held #f)
      (fifo-put! (run-open-waits run) wait)
      (let ((outcome
             (guard (raised ((hold? raised)
                             (set! held (list raised))
                             ;; Both may have come at the same moment.
                             (or (wait-answer wait)
                                 (with-shield (lambda () (sleep wait)))))
                            (#t (withdraw! run wait) (raise raised)))
               (sleep wait))))
        (if (and held (eq? (car outcome) 'raised))
            (raise (car held))
            (answered outcome))))

    (define (withdraw! run wait)
      (forget-wait! run wait)
      (forget-launch! run wait)
      (fifo-remove! (run-completions run) (lambda (entry) (eq? (car entry) wait)))
      (if (wait-work wait)
          (begin
            ;; A task that had no turn yet will have none.
            (if (not (wait-turn? wait)) (set-wait-ended! wait (list #f)))
            (task-cancel (wait-work wait) 'withdrawn)))
      (close! run 'withdrawn (wait-strand wait) (wait-ordinal wait) (wait-name wait)))

    (define (forget-wait! run wait)
      (fifo-remove! (run-open-waits run) (lambda (open) (eq? open wait))))

    (define (forget-launch! run wait)
      (fifo-remove! (run-launches run) (lambda (entry) (eq? (car entry) wait))))

    (define (find-wait run path ordinal)
      (let loop ((waits (run-waits run)))
        (cond ((null? waits) #f)
              ((and (= (wait-ordinal (car waits)) ordinal)
                    (string=? (strand-path (wait-strand (car waits))) path))
               (car waits))
              (else (loop (cdr waits))))))

    (define (answer-wait! run wait outcome)
      (forget-wait! run wait)
      ;; In a replay: what has ended is not asked for again.
      (if (eq? (wait-kind wait) 'child) (forget-launch! run wait))
      (set-wait-answer! wait outcome)
      (%answer! (strand-task (wait-strand wait)) (wait-ticket wait) #f outcome))

    ;; The flow itself, whose task calls this, comes to an end.
    (define (leave-run! run outcome)
      (%rewind (run-leave run))
      (if (not (run-outcome run)) (set-run-outcome! run outcome))
      (task-exit))

    ;; An error about the engine, not about the flow, ends the run at once.
    (define (transparent-outcome! run outcome)
      (and (eq? (car outcome) 'raised)
           (transparent? (cdr outcome))
           (begin
             (if (not (run-outcome run)) (set-run-outcome! run outcome))
             #t)))))

;; The host's side: starting, resuming, cancelling and looking at flows.
;;
;; A flow belongs to the process that runs it only while it runs; when it waits,
;; any process may resume it. It goes on with the program it was started by,
;; which the store keeps, unless this process runs that very program.
(define-library (fermata flow host)
  (export flow/start flow/resume flow/recover flow/cancel flow/signal flow/query
          child flow-evict!
          flow/status flow/result flow/list flow/waiting flow-resumable-ids
          start-plan resume-plan recover-plan signal-plan
          check-open program-here get-option flow-waits flow-wake
          flow/resume-first with-fresh-program)
  (import (scheme base) (scheme write)
          (fermata table)
          (only (fermata condition) condition? condition-kind)
          (only (fermata sched) current-scheduler cancelled? with-shield)
          (fermata flow builtins) (fermata flow guards) (fermata flow looks)
          (fermata flow run) (fermata flow operation) (fermata flow engine)
          (fermata flow nodes)
          (fermata flow history) (fermata flow program) (fermata flow raised))
  (begin

    ;; ---- starting

    ;;> (flow/start flow input option value ...)
    ;;> Starts a flow, given as a procedure or by its name. What it returns, or
    ;;> (flow-suspended id tag) when it waits. What the flow raises is raised
    ;;> here. Options: id (a symbol: the flow is started once under that id; a
    ;;> second start goes on with it), conflict (what else a second start does:
    ;;> fail).
    (define (flow/start flow input . options)
      ((apply start-plan flow input options)))

    ;; Plans: what can be refused is refused at once; the thunk then runs the
    ;; flow.
    (define (start-plan flow input . options)
      (not-while-rebuilding)
      (let* ((name (cond ((symbol? flow) flow)
                         ((and (procedure? flow) (flow-name-of flow)))
                         (else (refuse "flow/start: argument 1 must be a flow made by"
                                       " defflow, or its name, got " flow))))
             (node (or (flow-here name)
                       (refuse "flow/start: no flow is called " name)))
             (known '(id conflict parent))
             (id (get-option "flow/start" options known 'id #f))
             (parent (get-option "flow/start" options known 'parent #f))
             (conflict (get-option "flow/start" options known 'conflict 'join)))
        (not-in-flow "flow/start" "start another")
        (if (and id (not (symbol? id)))
            (refuse "flow/start: the id must be a symbol, got " id))
        (%flow-check-plain input "the input of the flow")
        (lambda ()
          (let* ((store (current-store))
                 (journal (%flow-create store id name (program-here store) input
                                        (plain-definitions) parent
                                        (%flow-now (current-scheduler)))))
            (cond (journal
                   (if (not (current-instance))
                       (hash-table-set! started-here (cons store (%flow-id journal)) #t))
                   (run-from-journal store journal (cons node (current-instance)) '()))
                  ((eq? conflict 'fail) (refuse "there is a flow " id " already"))
                  (else (join store id name)))))))

    ;; What became of the flow that was started under that id before.
    (define (join store id name)
      (let ((row (row-of (history store id))))
        (if (not (eq? (row-name row) name))
            (refuse "there is a flow " id " already, of the name " (row-name row)))
        (case (row-status row)
          ((running) (let ((claimed (%flow-claim store id)))
                       (if claimed
                           (run-from-journal store claimed (node-of store (history store id))
                                             '())
                           (list 'flow-delivered id))))
          ((cancelled) (list 'flow-cancelled id
                             (record-value (last-of (cdr (history store id))))))
          (else (flow/result id)))))

    (define (get-option who options known name default)
      (let loop ((rest options) (found default))
        (cond ((null? rest) found)
              ((or (not (memq (car rest) known)) (null? (cdr rest)))
               (refuse who ": no such option: " (car rest) "; there are " known))
              ((eq? (car rest) name) (loop (cddr rest) (cadr rest)))
              (else (loop (cddr rest) found)))))

    (define (not-in-flow who what)
      (if (in-flow?)
          (refuse who ": a flow may not " what " by itself; do it in a step")))

    ;; What definitions of the program took from the world, as far as it can be
    ;; kept: the program made again elsewhere gets the same.
    (define (plain-definitions)
      (let forms ((rest (if (current-instance) '() (%flow-worldly-definitions)))
                  (kept '()))
        (if (null? rest)
            kept
            (let ((plain (plain-part (cdar rest))))
              (forms (cdr rest)
                     (if (null? plain) kept (cons (cons (caar rest) plain) kept)))))))

    (define (plain-part values)
      (cond ((null? values) '())
            ((%flow-plain? (cdar values))
             (cons (car values) (plain-part (cdr values))))
            (else (plain-part (cdr values)))))

    ;; A flow that a step starts belongs to the program of the flow around it.
    (define current-instance (make-parameter #f))  ; #f or (hash . finder)

    (define (flow-here name)
      (let ((instance (current-instance)))
        (if instance ((cdr instance) name) (find-flow name))))

    (define (program-here store)
      (cond ((current-instance) => car)
            ((current-program)
             => (lambda (text) (%flow-save-program store text)))
            (else "-")))

    ;; ---- running

    ;; Flows that wait and were run here, by store and id: they go on where they
    ;; wait, if nobody else touched them. The oldest are let go.
    (define live (make-equal-hash-table))
    (define live-limit 10000)

    (define (keep-live! store id run-and-instance)
      (hash-table-set! live (cons store id) run-and-instance))

    (define (take-live! store id)
      (let* ((key (cons store id)) (run (hash-table-ref/default live key #f)))
        (hash-table-delete! live key)
        run))

    ;;> (flow-evict! [id])
    ;;> Lets go of what is kept in memory of a flow that waits, or of all of them;
    ;;> they are rebuilt from their journals when they go on.
    (define (flow-evict! . id)
      (if (pair? id)
          (let ((run (take-live! (current-store) (as-id (car id)))))
            (if run (%flow-forget! (run-journal (car run)))))
          (begin
            (hash-table-walk live
                             (lambda (key run) (%flow-forget! (run-journal (car run)))))
            (hash-table-clear! live))))

    (define (make-room-for-live!)
      (if (> (hash-table-count live) live-limit) (flow-evict!)))

    ;; node: a pair of the flow's procedure and the instance it is of.
    (define (run-from-journal store journal node letters)
      (run-on store (begin-run journal (car node)) (cdr node) letters))

    ;; Runs it as far as it goes, and says how it ended. A flow that waited for it
    ;; and that nobody runs goes on too.
    (define (run-on store run instance letters)
      (let ((parent (%flow-parent (run-journal run))))
        (if (and parent (not (started-by-parent)))
            (let ((outcome
                   (guard (raised (#t (wake-parent store (car parent)) (raise raised)))
                     (run-alone store run instance letters))))
              (if (not (flow-suspended? outcome)) (wake-parent store (car parent)))
              outcome)
            (run-alone store run instance letters))))

    ;; Whether the parent itself runs the child, and learns of its end at once.
    (define started-by-parent (make-parameter #f))

    (define (wake-parent store id)
      (guard (raised (#t #f))            ; what becomes of it is told by its record
        (let* ((known (history store id))
               (go (and (eq? (row-status (row-of known)) 'suspended)
                        (take-flow store id known '() (lambda (journal) #t)))))
          (if go (go)))))

    (define (run-alone store run instance letters)
      (let* ((journal (run-journal run))
             (id (%flow-id journal))
             (outcome
              (parameterize ((current-instance instance))
                (continue-run run letters))))
        (if (memq (car outcome) '(returned cancelled))
            (hash-table-delete! started-here (cons store id)))
        (case (car outcome)
          ((returned) (cdr outcome))
          ((suspended)
           (make-room-for-live!)
           (keep-live! store id (cons run instance))
           (list 'flow-suspended id (cadr outcome)))
          ((cancelled) (list 'flow-cancelled id (cdr outcome)))
          (else
           ;; Something came in while it was being put down.
           (case (%flow-reclaim! journal)
             ((#t) (run-alone store run instance '()))
             ((#f) (list 'flow-suspended id (cadr outcome)))
             (else
              (let ((again (%flow-claim store id)))
                (if again
                    (run-from-journal store again (node-of store (history store id)) '())
                    (list 'flow-suspended id (cadr outcome))))))))))

    ;; Flows that this process started: they go on with its own definitions.
    (define started-here (make-equal-hash-table))

    ;; Takes a flow: a thunk that runs it with these letters, or #f when another
    ;; process has it. check is called once it is taken.
    (define (take-flow store id known letters check)
      (let* ((run (take-live! store id))
             (again (and run (%flow-reclaim! (run-journal (car run))))))
        (cond ((eq? again #t)
               (check (run-journal (car run)))
               (lambda () (run-on store (car run) (cdr run) letters)))
              ((and run (not again))
               (%flow-forget! (run-journal (car run)))
               #f)
              (else
               (let* ((node (node-of store known))
                      (journal (%flow-claim store id)))
                 (and journal
                      (begin
                        (check journal)
                        (lambda ()
                          (run-from-journal store journal node letters)))))))))

    ;; ---- child flows

    ;;> (child flow option value ...)
    ;;> A node that starts a flow of its own, with an id of its own, and waits for
    ;;> its end: what it returned, or raised. Option: on-cancel, what becomes of it
    ;;> when the flow around it is cancelled: cancel (the default) or leave.
    (define (child flow . options)
      (let ((name (cond ((symbol? flow) flow)
                        ((and (procedure? flow) (flow-name-of flow)))
                        (else (refuse "child: argument 1 must be a flow made by defflow,"
                                      " or its name, got " flow))))
            (on-cancel (get-option "child" options '(on-cancel) 'on-cancel 'cancel)))
        (define (child input)
          (if (in-flow?)
              (run-child name input on-cancel)
              ((or (flow-here name) (refuse "child: no flow is called " name)) input)))
        child))

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
                 (lambda (thunk) thunk)))

    ;; ---- resuming

    ;;> (flow/resume id value)
    ;;> (flow/resume id tag value)
    ;;> Gives value to a flow that waits, and runs it on. tag names the wait
    ;;> when there are several: by its tag, or by the branch it stands in. The
    ;;> result is as of flow/start; (flow-delivered id) when another process has
    ;;> the flow and will take the value in.
    (define (flow/resume id . rest)
      ((apply resume-plan id rest)))

    ;; The same for the oldest wait of a tag that several have.
    (define (flow/resume-first id tag value)
      (let* ((store (current-store))
             (known (history store id))
             (wait (car (waits-named tag (open-waits (cdr known)) (cdr known))))
             (go (take-flow store id known (list (answer-letter wait value))
                            (lambda (journal) #t))))
        (if go (go) (refuse id " is running in another process"))))

    (define (answer-letter wait value)
      (vector #f 'answer (record-strand wait) (record-ordinal wait)
              (record-name wait) value))

    (define (resume-plan id . rest)
      (not-while-rebuilding)
      (if (not (memv (length rest) '(1 2)))
          (refuse "flow/resume: wants an id, perhaps a tag, and a value"))
      (not-in-flow "flow/resume" "resume another")
      (let* ((id (as-id id))
             (tag (and (pair? (cdr rest)) (car rest)))
             (value (if (pair? (cdr rest)) (cadr rest) (car rest)))
             (store (current-store))
             (known (history store id))
             (wait (begin (check-open known)
                          (pick-wait id tag known))))
        (%flow-check-plain value "the answer")
        (or (take-flow store id known
                       (list (answer-letter wait value))
                       (lambda (journal) (check-still-open store journal id wait)))
            (begin
              (%flow-deliver! store id 'answer
                              (string-append "answer:" (record-strand wait) "#"
                                             (number->string (record-ordinal wait)))
                              (record-strand wait) (record-ordinal wait)
                              (record-name wait) value)
              (lambda () (list 'flow-delivered id))))))

    ;;> (flow/recover id)
    ;;> Runs on a flow whose process ended in the middle, or whose timer is due.
    (define (flow/recover id)
      ((recover-plan id)))

    (define (recover-plan id)
      (not-while-rebuilding)
      (let* ((id (as-id id))
             (store (current-store))
             (known (history store id)))
        (check-open known)
        (or (take-flow store id known '() (lambda (journal) #t))
            (refuse id " is running in another process"))))

    ;; ---- signals

    ;;> (flow/signal id name value [key])
    ;;> Sends a signal to a flow, which await-signal receives: delivered. It waits
    ;;> there until it is asked for. When nobody runs the flow it is run here. A
    ;;> second signal with the same key, a string, is not delivered again.
    (define (flow/signal id name value . key)
      ((apply signal-plan id name value key)))

    (define (signal-plan id name value . key)
      (not-while-rebuilding)
      (not-in-flow "flow/signal" "signal another")
      (check-name "flow/signal" "name" name)
      (%flow-check-plain value "what comes with the signal")
      (let* ((id (as-id id))
             (store (current-store))
             (known (history store id)))
        (check-open known)
        (%flow-deliver! store id 'signal
                        (string-append "signal:" (if (pair? key) (car key) (flow-uuid)))
                        "0" 0 name value)
        (lambda ()
          (let ((go (take-flow store id known '() (lambda (journal) #t))))
            (if go (go))
            'delivered))))

    (define (check-open known)
      (let ((row (row-of known)))
        (if (closed? (row-status row))
            (refuse (row-id row) " is " (row-status row) "; it cannot be resumed"))))

    ;; Between the look at the history and the claim another may have answered.
    (define (check-still-open store journal id wait)
      (let ((waits (open-waits (cdr (history store id)))))
        (if (= (length (without wait waits)) (length waits))
            (begin
              (%flow-put-down! journal)
              (refuse id " has had an answer to " (record-name wait) " already")))))

    (define (pick-wait id tag known)
      (let* ((records (cdr known))
             (waits (open-waits records))
             (fitting (if tag (waits-named tag waits records) waits)))
        (cond ((= (length fitting) 1) (car fitting))
              ((null? waits)
               (refuse id " waits for nothing"
                       (if (eq? (row-status (row-of known)) 'running)
                           "; it was interrupted, or is running" "")))
              ((null? fitting)
               (refuse id " does not wait for " tag ", but for "
                       (names-of waits records)))
              (tag
               (refuse id " waits for " tag " more than once; name the branch: "
                       (names-of fitting records)))
              (else
               (refuse id " waits for several answers; name one: "
                       (names-of waits records))))))

    ;;> (flow/query id name)
    ;;> What the query of that name tells of a flow that waits: the value of the
    ;;> thunk given to define-query. Nothing is recorded.
    (define (flow/query id name)
      (not-while-rebuilding)
      (let* ((id (as-id id))
             (store (current-store))
             (known (history store id))
             (run (run-to-look-at store id known))
             (query (assq name (run-queries run))))
        (if query
            (parameterize ((current-node (vector 'flow "a query" (run-journal run) "0" 0
                                                 name)))
              ((cdr query)))
            (refuse id " has no query " name))))

    ;; The live run of a flow that nobody else went on with; else one that is
    ;; made from the history and never writes.
    (define (run-to-look-at store id known)
      (let ((run (hash-table-ref/default live (cons store id) #f)))
        (if (and run (= (%flow-length (run-journal (car run))) (length (cdr known))))
            (car run)
            (let ((node (node-of store known)))
              (look-at-run (%flow-read store id) (car node))))))

    ;; ---- programs

    ;; Calls thunk with the flows of a new instance of this program, so that what
    ;; others did to its variables does not show; without a program kept as text,
    ;; with those that are here.
    (define (with-fresh-program thunk)
      (let ((text (current-program)))
        (if text
            (parameterize ((current-instance
                            (cons "-" (fresh-program text (plain-definitions)))))
              (thunk))
            (thunk))))

    ;; What the world gave to the flow's program when it was started.
    (define (definitions-of known)
      (let loop ((records (cdr known)))
        (cond ((null? records) '())
              ((eq? (record-event (car records)) 'definitions)
               (record-value (car records)))
              (else (loop (cdr records))))))

    ;; Whether this process has the program that the flow goes on with: #f, or
    ;; what it is that was made again.
    (define (instance-of store known)
      (let ((id (row-id (row-of known)))
            (hash (program-of known))
            (definitions (definitions-of known)))
        (and (not (and (string=? hash "-") (not (current-instance))))
             (not (hash-table-ref/default started-here (cons store id) #f))
             (not (and (current-program? hash) (all-here? definitions)))
             (if (string=? hash "-")
                 (current-instance)
                 (cons hash
                       (rebuilt-program hash definitions
                                        (lambda () (%flow-load-program store hash))))))))

    ;; The content hash of the program that it goes on with, or "-".
    (define (program-of known)
      (let loop ((records (cdr known)) (name (record-name (cadr known))))
        (cond ((null? records) (symbol->string name))
              ((eq? (record-event (car records)) 'migrated)
               (loop (cdr records) (record-name (car records))))
              (else (loop (cdr records) name)))))

    (define (all-here? definitions)
      (or (null? definitions)
          (let ((here (plain-definitions)))
            (let loop ((rest definitions))
              (or (null? rest)
                  (and (equal? (assv (caar rest) here) (car rest))
                       (loop (cdr rest))))))))

    ;; The procedure of a flow, and the program it is of; or #f.
    (define (find-node store known)
      (let* ((instance (instance-of store known))
             (name (row-name (row-of known)))
             (node (if instance ((cdr instance) name) (find-flow name))))
        (and node (cons node instance))))

    (define (node-of store known)
      (or (find-node store known)
          (refuse "no flow is called " (row-name (row-of known)) " here"
                  (if (string=? (program-of known) "-")
                      "; it was started by definitions that were not stored"
                      ""))))

    ;; ---- cancelling

    ;;> (flow/cancel id [reason])
    ;;> Ends a flow for good; it cannot be resumed. cancelled, or cancelling
    ;;> when it runs in another process, which stops it before its next step.
    (define (flow/cancel id . rest)
      (not-while-rebuilding)
      (let* ((id (as-id id))
             (reason (if (pair? rest) (car rest) "cancelled"))
             (store (current-store))
             (known (history store id))
             (status (row-status (row-of known))))
        (if (closed? status)
            (refuse id " is " status " already"))
        (not-in-flow "flow/cancel" "cancel another")
        (%flow-check-plain reason "the reason")
        (if (or (eq? status 'stuck) (not (find-node store known)))
            (cancel-unseen store id reason)
            (let ((go (take-flow store id known
                                 (list (vector #f 'cancel "0" 0 'cancel reason))
                                 (lambda (journal) #t))))
              (if go
                  (run-cancelled-flow store id go)
                  (deliver-cancel store id reason))))))

    ;; The flow may come to its end before it is cancelled, and then has it.
    (define (run-cancelled-flow store id go)
      (guard (raised ((closed? (row-status (row-of (history store id)))) #f))
        (go))
      (let ((status (row-status (row-of (history store id)))))
        (if (memq status '(finished failed))
            (refuse id " is " status " already"))
        (if (eq? status 'cancelled) 'cancelled 'cancelling)))

    ;; A flow that cannot run here is closed without it; nothing is undone.
    (define (cancel-unseen store id reason)
      (let ((journal (%flow-claim store id)))
        (if journal
            (begin
              (%flow-record! journal 'cancelled "0" 0 (%flow-name journal) 0 reason)
              (%flow-settle! journal 'cancelled "" 0)
              'cancelled)
            (deliver-cancel store id reason))))

    (define (deliver-cancel store id reason)
      (%flow-deliver! store id 'cancel "cancel" "0" 0 'cancel reason)
      'cancelling)

    ;; ---- looking

    ;;> (flow/status id)
    ;;> running, suspended, stuck, finished, failed or cancelled; #f without
    ;;> such a flow.
    (define (flow/status id)
      (let ((known (%flow-history (current-store) (as-id id))))
        (and known (row-status (row-of known)))))

    ;;> (flow/result id)
    ;;> What a flow returned. Raises what it raised when it failed;
    ;;> (flow-suspended id tag) when it waits.
    (define (flow/result id)
      (let* ((id (as-id id))
             (known (history (current-store) id))
             (status (row-status (row-of known)))
             (last (last-of (cdr known))))
        (case status
          ((finished) (record-value last))
          ((failed) (raise (datum->raised (record-value last))))
          ((suspended)
           (list 'flow-suspended id (record-name (car (all-waits (cdr known))))))
          (else (refuse id " is " status)))))

    ;; When a timer is to let it go on, in milliseconds; 0 without one.
    (define (flow-wake id)
      (vector-ref (row-of (history (current-store) (as-id id))) 7))

    ;; Pairs (kind . name) of its open waits, the kind being that of the record.
    (define (flow-waits id)
      (map (lambda (r) (cons (record-event r) (record-name r)))
           (all-waits (cdr (history (current-store) (as-id id))))))

    ;;> (flow/waiting id)
    ;;> The tags and signals that a flow waits for; sleep where it waits for time.
    (define (flow/waiting id)
      (map record-name (all-waits (cdr (history (current-store) (as-id id))))))

    ;;> (flow/list)
    ;;> All flows, newest first, each as (id name status waiting).
    (define (flow/list)
      (map (lambda (row)
             (list (row-id row) (row-name row) (row-status row) (row-waiting row)))
           (%flow-list (current-store))))

    ;;> (flow-resumable-ids)
    ;;> The ids of the flows that wait, or whose process ended in the middle.
    (define (flow-resumable-ids)
      (let loop ((rows (%flow-list (current-store))) (ids '()))
        (cond ((null? rows) (reverse ids))
              ((or (closed? (row-status (car rows))) (row-owned? (car rows)))
               (loop (cdr rows) ids))
              (else (loop (cdr rows) (cons (row-id (car rows)) ids))))))))

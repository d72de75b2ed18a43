;; The durable operations: steps, waits, time, signals, branches.
;;
;; Each takes the next position of its strand, asks the history about it, and
;; waits for the event that answers it. Nothing here decides when an event
;; enters: that is the engine's part.
(define-library (fermata flow operation)
  (export call-node call-step wait-for wait-for-child wait-for-remote fork
          sleep-for sleep-until receive-signal flow-time
          step-key version-of add-query! add-update! start-update! reply-to!
          record-attribute! begin-anew)
  (import (scheme base)
          (only (fermata builtins) condition? condition-kind %place-near!)
          (fermata flow builtins) (fermata flow journals) (fermata flow guards) (fermata flow looks)
          (fermata flow budget) (fermata flow fifo) (fermata flow progress) (fermata flow raised)
          (fermata flow run)
          (fermata sched))
  (begin

    ;;> (step-key)
    ;;> In a step or node: a text that is the same each time this step runs
    ;;> again after a crash, and differs from that of every other step. Hand it
    ;;> to whoever can recognise a repeated request by it.
    (define (step-key) (current-key))

    ;; A durable operation begins: the node around it is a flow, and budgets shrink.
    (define (operate! what name)
      (become-flow! what name)
      (tick))

    ;; ---- steps

    (define (outcome-of thunk)
      (guard (raised (#t (cons 'raised raised)))
        (cons 'returned (thunk))))

    ;; who: what the message begins with.
    (define (checked who name value)
      (%flow-check-plain
       value (string-append who "what `" (symbol->string name) "` returned")))

    ;; in-doubt: what is to be done when a process ended in the middle of the
    ;; step: ask, or a procedure of the thunk that gives the thunk to run. place:
    ;; where its progress is kept. hold: #f, or a procedure that gets what was raised
    ;; here, a cancellation, when the step has begun: then it goes on to its end.
    (define (call-step name thunk in-doubt place hold)
      (operate! "step" name)
      (let* ((run (current-run))
             (strand (here))
             (ordinal (next-ordinal! strand))
             (found (ask run strand ordinal 'step name 0 thunk))
             (wait (make-wait strand ordinal 'step name)))
        (define (work thunk)
          (lambda ()
            (parameterize ((current-place (step-place (key-of run strand ordinal)))
                           (current-progress (progress-of run place)))
              (outcome-of (lambda () (checked "step: " name (thunk)))))))
        (cond ((not found)
               (record! run 'step-intent strand ordinal name 0)
               (launch-later! run wait (work thunk)))
              ((memq found '(recorded withdrawn)) #f)
              ((eq? in-doubt 'ask)
               (close! run 'doubted strand ordinal name)
               (set-wait-again! wait (work thunk)))
              (else (launch-later! run wait (work (in-doubt thunk)))))
        (park-or-hold run wait
                      (lambda (raised)
                        (and hold (not (transparent? raised))
                             (or (wait-begun? wait) (memq found '(recorded open)))
                             (begin (hold raised) #t))))))

    ;; ---- child flows, and calls of other peers

    ;; A wait of that name whose end somebody else brings. begin is called, as a step is,
    ;; with the place that waits: store, flow, strand, ordinal, key, epoch, and whether
    ;; it may have been called before; it returns the end as a list, or #f when that
    ;; comes later, as a message. A thunk that waits for it, and its place.
    (define (wait-for-other what name begin-again? begin)
      (operate! what name)
      (let* ((run (current-run))
             (journal (run-journal run))
             (strand (here))
             (ordinal (next-ordinal! strand))
             (key (key-of run strand ordinal))
             (wait (make-wait strand ordinal 'child name))
             (found (ask run strand ordinal 'suspend name 0 #f)))
        (if (not found) (record! run 'suspended strand ordinal name 0))
        (if (or begin-again? (memq found '(#f open)))
            (launch-later!
             run wait
             (lambda ()
               (parameterize ((current-place (step-place key)))
                 (begin (%flow-store-of journal) (%flow-id journal) (strand-path strand) ordinal
                        key (%flow-epoch journal) (and found #t))))))
        (values ordinal strand (lambda () (park run wait)))))

    ;; Waits for the end of a flow of its own: (returned value), (raised datum) or
    ;; (cancelled reason). begin is called with its id and the place that waits,
    ;; as a step is; it returns such a list, or #f when the child has not ended.
    (define (wait-for-child name begin)
      (define (child-id parent strand ordinal)
        (string->symbol (string-append (symbol->string parent) "/" strand "-"
                                       (number->string ordinal))))
      (let-values (((ordinal strand wait)
                    (wait-for-other
                     "child" name #t
                     (lambda (store parent strand ordinal key epoch again?)
                       (guard (raised ((transparent? raised) (cons 'raised raised))
                                      (#t (list 'returned 'raised (condition->datum raised))))
                         (let ((end (begin (child-id parent strand ordinal)
                                           (list parent strand ordinal))))
                           (and end (cons 'returned end))))))))
        (values (child-id (%flow-id (run-journal (current-run))) (strand-path strand) ordinal)
                wait)))

    ;; Waits for the end of a call, whatever it is; begin: see wait-for-other.
    (define (wait-for-remote name begin)
      (let-values (((ordinal strand wait)
                    (wait-for-other
                     "remote-node" name #f
                     (lambda place
                       (guard (raised (#t (cons 'raised raised)))
                         (let ((end (apply begin place)))
                           (and end (cons 'returned end))))))))
        (wait)))

    ;; ---- nodes

    ;; What a node does first decides: one that acts is a step, recorded when it
    ;; ends; one that waits is a flow. Writing to the console is allowed to both;
    ;; a node that did nothing else is recorded when it returns plain data. One
    ;; that did nothing at all runs again in a replay.
    (define (call-node name node input)
      (let ((run (current-run)))
        (if (not run)
            (node input)
            (let* ((strand (begin (become-flow! "node" name) (here)))
                   (ordinal (next-ordinal! strand)))
              (if (and (%flow-recorded? (run-journal run) (strand-path strand) ordinal)
                       (eq? (ask run strand ordinal 'step name 0 node) 'recorded))
                  (begin
                    (passed-over! strand)
                    (park run (make-wait strand ordinal 'step name)))
                  (run-node run strand ordinal name node input))))))

    (define (run-node run strand ordinal name node input)
      (let* ((state (node-place run strand ordinal name))
             (outcome
              (outcome-of
               (lambda ()
                 (parameterize ((current-place state))
                   (let ((value (node input)))
                     (if (node-acted? state) (checked "" name value) value)))))))
        (if (eq? (car outcome) 'raised) (%place-near! (cdr outcome) node))
        (cond ((or (and (node-acted? state)
                        (not (transparent-outcome! run outcome)))
                   (and (node-fresh? state)
                        (node-spoke? state)
                        (eq? (car outcome) 'returned)
                        (%flow-plain? (cdr outcome))))
               ;; Its end is an event like any other.
               (let ((wait (make-wait strand ordinal 'step name)))
                 (fifo-put! (run-completions run) (cons wait outcome))
                 (passed-over! strand)
                 (park run wait)))
              ((eq? (car outcome) 'returned) (cdr outcome))
              (else (raise (cdr outcome))))))

    ;; ---- answers

    ;; Waits for somebody's answer.
    (define (wait-for tag)
      (operate! "suspend" tag)
      (let* ((run (current-run))
             (strand (here))
             (ordinal (next-ordinal! strand)))
        (if (not (ask run strand ordinal 'suspend tag 0 #f))
            (record! run 'suspended strand ordinal tag 0))
        (park run (make-wait strand ordinal 'suspend tag))))

    ;; ---- time

    ;; Milliseconds since 1970; it stands still between events.
    (define (flow-time)
      (quotient (clock-now-ns (run-scheduler (current-run))) 1000000))

    (define (sleep-for seconds)
      (sleep-until-ms (+ (flow-time)
                         (exact (ceiling (* 1000 (max 0 seconds)))))))

    (define (sleep-until second)
      (sleep-until-ms (exact (ceiling (* 1000 second)))))

    (define (sleep-until-ms due)
      (operate! "flow-sleep" 'sleep)
      (let* ((run (current-run))
             (strand (here))
             (ordinal (next-ordinal! strand)))
        (if (not (ask run strand ordinal 'sleep 'sleep 0 #f))
            (record! run 'sleeping strand ordinal 'sleep 0 due))
        (guard (raised (#t (close! run 'withdrawn strand ordinal 'sleep)
                           (raise raised)))
          (sync (at-op (* due 1000000))))
        (close! run 'woke strand ordinal 'sleep)))

    ;; ---- signals

    ;; The next signal of that name; those that came before it was asked for are
    ;; kept.
    (define (receive-signal name)
      (operate! "await-signal" name)
      (let* ((run (current-run))
             (strand (here))
             (ordinal (next-ordinal! strand))
             (found (ask run strand ordinal 'signal name 0 #f))
             (letters (assq name (run-mailbox run))))
        (define (received value)
          (close! run 'received strand ordinal name)
          value)
        (if (and letters (not (fifo-empty? (cdr letters))))
            (received (fifo-take! (cdr letters)))
            (begin
              (if (not found) (record! run 'awaits strand ordinal name 0))
              (received (park run (make-wait strand ordinal 'signal name)))))))

    ;; ---- branches

    ;; Runs the thunks as branches, at most limit at once. mode: all (the list of
    ;; what they return, in order; the first error ends the others), race (the
    ;; first that ends, however), any (the first that returns).
    (define (fork mode name names thunks limit)
      (operate! (symbol->string name) 'branches)
      (let* ((run (current-run))
             (strand (here))
             (ordinal (next-ordinal! strand))
             (count (length thunks))
             (first (new-branches! strand count))
             (what (list first count names))
             (hash (%flow-hash what)))
        (if (not (ask run strand ordinal 'branches name hash #f))
            (record! run 'branches strand ordinal name hash what))
        (if (= count 0)
            '()
            (join run mode (make-branches strand first (list->vector thunks))
                  (or limit count)))))

    (define-record-type <branches>
      (%make-branches strands thunks outcomes begun running ended resume)
      branches?
      (strands branches-strands)
      (thunks branches-thunks)
      (outcomes branches-outcomes)
      (begun branches-begun set-branches-begun!)
      (running branches-running set-branches-running!)
      (ended branches-ended)                         ; fifo: indexes
      (resume branches-resume set-branches-resume!)) ; of who waits for them

    (define (make-branches parent first thunks)
      (let* ((count (vector-length thunks))
             (strands (make-vector count #f)))
        (do ((i 0 (+ i 1))) ((= i count))
          (vector-set! strands i
                       (make-strand (string-append (strand-path parent) "."
                                                   (number->string (+ first i))))))
        (%make-branches strands thunks (make-vector count #f) 0 0 (make-fifo) #f)))

    (define (begin-branch! run b)
      (let* ((i (branches-begun b))
             (strand (vector-ref (branches-strands b) i))
             (thunk (vector-ref (branches-thunks b) i)))
        (set-branches-begun! b (+ i 1))
        (set-branches-running! b (+ (branches-running b) 1))
        (set-strand-task!
         strand
         (task-spawn
          (lambda ()
            (vector-set! (branches-outcomes b) i 'runs)
            (parameterize ((current-place (place-on strand)))
              (let ((outcome (outcome-of thunk)))
                (if (not (transparent-outcome! run outcome))
                    (branch-ended! b i outcome)))))))))

    (define (branch-ended! b i outcome)
      (vector-set! (branches-outcomes b) i outcome)
      (set-branches-running! b (- (branches-running b) 1))
      (fifo-put! (branches-ended b) i)
      (let ((resume (branches-resume b)))
        (if resume
            (begin
              (set-branches-resume! b #f)
              (resume #t)))))

    ;; The index of the next branch that ended.
    (define (next-ended! b)
      (if (not (fifo-empty? (branches-ended b)))
          (fifo-take! (branches-ended b))
          (begin
            (task-suspend (lambda (resume) (set-branches-resume! b resume)) 'branches)
            (next-ended! b))))

    ;; Cancels the branches that still run, and waits for their ends.
    (define (end-branches! run b reason)
      (do ((i 0 (+ i 1))) ((= i (branches-begun b)))
        (let ((outcome (vector-ref (branches-outcomes b) i))
              (task (strand-task (vector-ref (branches-strands b) i))))
          (cond ((eq? outcome 'runs) (task-cancel task reason))
                ((not outcome)
                 ;; It never had a turn, and never will.
                 (task-cancel task reason)
                 (vector-set! (branches-outcomes b) i 'never-ran)
                 (set-branches-running! b (- (branches-running b) 1))))))
      (with-shield
       (lambda ()
         (let loop ()
           (if (> (branches-running b) 0)
               (begin (next-ended! b) (loop)))))))

    (define (join run mode b limit)
      (let* ((count (vector-length (branches-thunks b)))
             (outcome
              (guard (raised (#t (end-branches! run b 'sibling-failed)
                                 (raise raised)))
                (let loop ((last #f))
                  (if (and (< (branches-begun b) count)
                           (< (branches-running b) limit))
                      (begin (begin-branch! run b) (loop last))
                      (if (and (= (branches-running b) 0)
                               (fifo-empty? (branches-ended b)))
                          (if (eq? mode 'all) (cons 'all #f) last)
                          (let* ((i (next-ended! b))
                                 (outcome (vector-ref (branches-outcomes b) i)))
                            (case mode
                              ((all)
                               (if (eq? (car outcome) 'raised)
                                   outcome
                                   (loop outcome)))
                              ((race) outcome)
                              (else
                               (if (eq? (car outcome) 'raised)
                                   (loop outcome)
                                   outcome))))))))))
        (end-branches! run b 'decided)
        (case (car outcome)
          ((all) (map cdr (vector->list (branches-outcomes b))))
          ((returned) (cdr outcome))
          (else (raise (cdr outcome))))))

    ;; ---- versions and queries

    ;; Its record stands where no strand is, so it takes no ordinal: code that
    ;; asks for a version has the positions of the code before.
    (define (version-of change newest)
      (let* ((run (current-run))
             (place (string-append "version " (symbol->string change)))
             (known (%flow-note (run-journal run) place)))
        (cond (known known)
              ((assq change (run-versions run)) => cdr)
              (else
               (let ((version (if (%flow-replaying? (run-journal run)) 0 newest)))
                 (set-run-versions! run (cons (cons change version) (run-versions run)))
                 (if (> version 0)
                     (%flow-record! (run-journal run) 'version place 1 change 0 version))
                 version)))))

    (define (add-query! name thunk)
      (let ((run (current-run)))
        (set-run-queries! run (cons (cons name thunk) (run-queries run)))))

    ;; ---- updates

    (define (add-update! name handler check)
      (let ((run (current-run)))
        (set-run-updates! run (cons (list name handler check) (run-updates run)))))

    ;; The handler of a request runs in a strand of its own. update: see
    ;; run-updates.
    (define (start-update! run request update value)
      (let* ((name (car update))
             (trunk (run-trunk run))
             (path (branch-path trunk (new-branches! trunk 1)))
             (strand (make-strand path)))
        (define (body)
          (parameterize ((current-place (asked-place "an update" (run-journal run) path name
                                                     run strand)))
            (let ((outcome (outcome-of (lambda () (checked "" name ((cadr update) value))))))
              (if (not (transparent-outcome! run outcome))
                  (reply-to! run request name outcome)))))
        (set-strand-task! strand (task-spawn (run-scheduler run) body 'name name))))

    ;; Its record stands where no strand is: a replay runs the handler again, and
    ;; finds that it has replied.
    (define (reply-to! run request name outcome)
      (let ((place (string-append "reply " request)))
        (if (not (%flow-note (run-journal run) place))
            (%flow-record! (run-journal run) 'replied place 1 name 0
                           (if (eq? (car outcome) 'returned)
                               (list 'returned (cdr outcome))
                               (list 'raised (condition->datum (cdr outcome))))))))

    ;; ---- attributes

    (define (record-attribute! name value)
      (operate! "flow-attribute!" name)
      (let* ((run (current-run))
             (strand (here))
             (ordinal (next-ordinal! strand))
             (hash (%flow-hash value)))
        (if (not (ask run strand ordinal 'attribute name hash #f))
            (record! run 'attribute strand ordinal name hash value))))

    ;; ---- beginning anew

    (define (begin-anew input)
      (let ((run (current-run)))
        (cond ((not (eq? (task-current) (run-root run)))
               (refuse "continue-as-new: only the flow itself may begin anew, not a branch"
                       " or task of it"))
              ((pair? (run-waits run))
               (refuse "continue-as-new: a task of the flow still waits for "
                       (wait-name (car (run-waits run)))))
              (else (leave-run! run (cons 'anew input))))))))

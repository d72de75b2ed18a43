;; The host's side: starting, resuming, signalling and cancelling flows.
(define-library (fermata flow host)
  (export flow/start flow/resume flow/recover flow/cancel flow/signal flow/update
          queue-options start-plan resume-plan recover-plan recover-if-free signal-plan check-open
          flow/resume-first)
  (import (scheme base)
          (only (fermata condition) condition? condition-kind)
          (only (fermata sched) current-scheduler task-sleep)
          (fermata flow builtins) (fermata flow asking) (fermata flow journals)
          (fermata flow guards)
          (fermata flow looks)
          (fermata flow commit) (fermata flow run) (fermata flow engine) (fermata flow nodes)
          (fermata flow waits) (fermata flow arguments) (fermata flow options)
          (fermata flow history) (fermata flow live) (fermata flow look)
          (fermata flow program) (fermata flow queue) (fermata flow raised)
          (fermata flow elsewhere))
  (begin

    ;; ---- starting

    ;;> (flow/start flow input option value ...)
    ;;> Starts a flow, given as a procedure or by its name. What it returns, or
    ;;> (flow-suspended id tag) when it waits. What the flow raises is raised
    ;;> here. Options: id (a symbol: the flow is started once under that id; a
    ;;> second start goes on with it), conflict (what else a second start does:
    ;;> fail), attributes (a list of pairs, see flow-attribute!), queue (a symbol:
    ;;> it begins when the queue lets it, see flow-queue!, in flow/work; the result
    ;;> is (flow-queued id)), key (a text or symbol: whose it is in the queue),
    ;;> priority (a higher one begins first; 0).
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
             (get (lambda (name default)
                    (get-option "flow/start" options start-options name default)))
             (id (get 'id #f)) (parent (get 'parent #f))
             (conflict (get 'conflict 'join)) (attributes (get 'attributes '()))
             (place (queue-place (get 'queue #f) (get 'key "") (get 'priority 0))))
        (not-in-flow "flow/start" "start another")
        (%flow-check-plain input "the input of the flow")
        (for-each (lambda (attribute)
                    (%flow-check-plain (cdr attribute) "the attribute"))
                  attributes)
        (lambda ()
          (let* ((store (current-store))
                 (program (program-here store))
                 (journal (begin
                            (if place
                                (check-backlog store (vector-ref place 0)))
                            (create-flow!
                           store
                           (vector id name program input
                                   (plain-definitions) parent place attributes
                                   (%flow-now (current-scheduler)))))))
            (cond ((symbol? journal)
                   (note-started! store journal program)
                   (list 'flow-queued journal))
                  (journal
                   (note-started! store (%flow-id journal) program)
                   (run-from-journal store journal (cons node (current-instance)) '()))
                  ((eq? conflict 'fail) (refuse "there is a flow " id " already"))
                  (else (join store id name)))))))

    (define (queue-place queue key priority) (and queue (vector queue key priority)))

    (define queue-options
      (list (list 'queue "a symbol, or #f" (or-false symbol?))
            (list 'key "a symbol or a string" (lambda (obj) (or (symbol? obj) (string? obj))))
            (list 'priority "an exact integer" exact-integer?)))
    (define start-options
      (append queue-options
              (list (list 'id "a symbol, or #f" (or-false symbol?))
                    (list 'conflict "join or fail" (lambda (obj) (memq obj '(join fail))))
                    'parent
                    (list 'attributes "a list of pairs of a name, a symbol, and a value"
                          named-values?))))

    ;; What became of the flow that was started under that id before.
    (define (join store id name)
      (let ((row (row-of (glance store id))))
        (if (not (eq? (row-name row) name))
            (refuse "there is a flow " id " already, of the name " (row-name row)))
        (case (row-status row)
          ((running) (let ((claimed (%flow-claim store id)))
                       (if claimed
                           (run-from-journal store claimed (node-of store (heading store id))
                                             '())
                           (list 'flow-delivered id))))
          ((cancelled) (list 'flow-cancelled id
                             (record-value (last-of (cdr (outline store id))))))
          (else (flow/result id)))))

    (define (not-in-flow who what)
      (if (in-flow?)
          (refuse who ": a flow may not " what " by itself; do it in a step")))

    ;; ---- resuming

    ;;> (flow/resume id value)
    ;;> (flow/resume id tag value)
    ;;> Gives value to a flow that waits, and runs it on. tag names the wait
    ;;> when there are several: by its tag, or by the branch it stands in. The
    ;;> result is as of flow/start; (flow-delivered id) when another process has
    ;;> the flow and will take the value in.
    (define (flow/resume id tag-or-value 1 . value)
      ((apply resume-plan id tag-or-value value)))

    ;; The same for the oldest wait of a tag that several have.
    (define (flow/resume-first id tag value)
      (let* ((store (current-store))
             (known (outline store id))
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
             (row (glance store id))
             (live (begin (check-open row) (live-wait store id row tag)))
             (known (if live row (outline store id)))
             (wait (if live (cdr live) (pick-wait-here id tag known))))
        (define (check journal)
          ;; A live flow that was taken as it was left has had no answer meanwhile.
          (if (not (and live (eqv? journal (car live))))
              (check-still-open store journal id wait)))
        (%flow-check-plain value "the answer")
        (check-readable-there (row-of known) value)
        (if (eq? (record-event wait) 'doubted) (check-doubt-answer id wait value))
        (or (take-flow store id known
                       (list (answer-letter wait value))
                       check)
            (begin
              (%flow-deliver! store id 'answer
                              (string-append
                               "answer:" (record-strand wait) "#"
                               (number->string (record-ordinal wait))
                               ;; A step may be in doubt again and again.
                               (if (eq? (record-event wait) 'doubted)
                                   (string-append "@" (number->string
                                                       (row-length (row-of known))))
                                   ""))
                              (record-strand wait) (record-ordinal wait)
                              (record-name wait) value)
              (forward-soon! store id)
              (lambda () (list 'flow-delivered id))))))

    ;; Of a flow that is at a peer only the waits are known that it took there.
    (define (pick-wait-here id tag known)
      (guard (raised ((and (elsewhere? (row-of known)) (flow-error? raised))
                      (refuse-elsewhere (row-of known))))
        (pick-wait id tag known)))

    (define (check-doubt-answer id wait value)
      (if (not (or (memq value '(retry fail))
                   (and (list? value) (= (length value) 2)
                        (memq (car value) '(result fail)))))
          (refuse "the step " (record-name wait) " of " id " is in doubt; the answer must be"
                  " retry, fail, (fail WHY) or (result VALUE), got " (written value))))

    ;;> (flow/recover id)
    ;;> Runs on a flow whose process ended in the middle, or whose timer is due.
    (define (flow/recover id)
      ((recover-plan id)))

    (define (recover-plan id)
      (not-while-rebuilding)
      (let* ((id (as-id id)) (row (row-of (glance (current-store) id))))
        (if (elsewhere? row) (refuse-elsewhere row))
        (or (recover-if-free id)
            (refuse id " is running in another process"))))

    ;; The same, but #f when another process has it.
    (define (recover-if-free id)
      (let* ((store (current-store)) (known (glance store id)))
        (check-open known)
        (take-flow store id known '() (lambda (journal) #t))))

    ;; ---- signals

    ;;> (flow/signal id name value [key])
    ;;> Sends a signal to a flow, which await-signal receives: delivered. It waits
    ;;> there until it is asked for. When nobody runs the flow it is run here. A
    ;;> second signal with the same key, a string, is not delivered again.
    (define (flow/signal id name value 1 . key)
      ((apply signal-plan id name value key)))

    (define (signal-plan id name value . key)
      (not-while-rebuilding)
      (not-in-flow "flow/signal" "signal another")
      (check-name "flow/signal" "name" name)
      (%flow-check-plain value "what comes with the signal")
      (let* ((id (as-id id))
             (store (current-store))
             (known (glance store id)))
        (check-open known)
        (check-readable-there (row-of known) value)
        (%flow-deliver! store id 'signal
                        (string-append "signal:" (if (pair? key) (car key) (flow-uuid)))
                        "0" 0 name value)
        (if (elsewhere? (row-of known)) (forward-soon! store id))
        (lambda ()
          (let ((go (take-flow store id known '() (lambda (journal) #t))))
            (if go (go))
            'delivered))))

    ;; ---- updates

    ;;> (flow/update id name value [key])
    ;;> Asks a flow that has defined an update of that name to do it with value:
    ;;> what its handler returns, and what it raises is raised here. A request
    ;;> with the same key, a string, is done once, and answered as it was. When the
    ;;> answer has to wait for something, (flow-updating id key): ask again with
    ;;> that key.
    (define (flow/update id name value 1 . key)
      (not-while-rebuilding)
      (not-in-flow "flow/update" "update another")
      (check-name "flow/update" "name" name)
      (%flow-check-plain value "what comes with the update")
      (let* ((id (as-id id))
             (store (current-store))
             (key (if (pair? key) (car key) (flow-uuid)))
             (request (string-append "update:" key))
             (row (glance store id))
             (before (asked-before store id row request
                       (lambda ()
                         (%flow-deliver! store id 'update request "0" 0 name value)))))
        (if before
            (answer-of before)
            (let ((go (take-flow store id row '() (lambda (journal) #t))))
              (if go
                  ;; When the flow itself fails, whoever asked is told below.
                  (guard (raised ((closed? (row-status (row-of (glance store id)))) #f))
                    (go)))
              (await-reply store id request key (row-length (row-of row)))))))

    ;; Delivers a request. When the store knows it already, or does not take it, the flow
    ;; may have replied: that reply, or #f. Only then is the history read.
    (define (asked-before store id row request deliver)
      (if (elsewhere? (row-of row)) (refuse-elsewhere (row-of row)))
      (asked-here store id row request deliver))
    (define (asked-here store id row request deliver)
      (define (reply) (reply-in (outline store id) request))
      (if (closed? (row-status (row-of row)))
          (or (reply) (check-open row))
          (guard (raised ((and (condition? raised)
                               (eq? (condition-kind raised) 'flow-error)
                               (reply))))
            (and (eq? (deliver) 'duplicate) (reply)))))

    ;; length: of its history before it was asked.
    (define (await-reply store id request key length)
      (let wait ((left (* 20 (flow-patience))))
        (let* ((known (recorded-since store id length)) (reply (reply-in known request)))
          (cond (reply (answer-of reply))
                ((closed? (row-status (row-of known)))
                 (refuse id " is " (row-status (row-of known))
                         "; it ended before it answered"))
                ((and (row-owned? (row-of known)) (> left 0))
                 (task-sleep 1/20)
                 (wait (- left 1)))
                (else (list 'flow-updating id key))))))

    (define (reply-in known request)
      (let ((place (string-append "reply " request)))
        (let loop ((records (cdr known)))
          (cond ((null? records) #f)
                ((and (eq? (record-event (car records)) 'replied)
                      (string=? (record-strand (car records)) place))
                 (record-value (car records)))
                (else (loop (cdr records)))))))

    (define (answer-of reply)
      (if (eq? (car reply) 'returned)
          (cadr reply)
          (raise (datum->raised (cadr reply)))))

    (define (check-open known)
      (let ((row (row-of known)))
        (if (eq? (row-status row) 'copy) (refuse-elsewhere row))
        (if (closed? (row-status row))
            (refuse (row-id row) " is " (row-status row) "; it cannot be resumed"))))

    ;; Between the look at the history and the claim another may have answered.
    (define (check-still-open store journal id wait)
      (let ((waits (open-waits (cdr (outline store id)))))
        (if (= (length (without wait waits)) (length waits))
            (begin
              (%flow-put-down! journal #f)
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

    ;; ---- cancelling

    ;;> (flow/cancel id [reason])
    ;;> Ends a flow for good; it cannot be resumed. cancelled, or cancelling
    ;;> when it runs in another process, which stops it before its next step.
    (define (flow/cancel id 1 . rest)
      (not-while-rebuilding)
      (let* ((id (as-id id))
             (reason (if (pair? rest) (car rest) "cancelled"))
             (store (current-store))
             (known (glance store id))
             (status (row-status (row-of known))))
        (if (closed? status)
            (refuse id " is " status " already"))
        (not-in-flow "flow/cancel" "cancel another")
        (%flow-check-plain reason "the reason")
        (check-open known)
        (if (or (memq status '(stuck queued delegated))
                (not (or (is-live? store id known) (find-node store (heading store id)))))
            (cancel-unseen store id reason)
            (let ((go (take-flow store id known
                                 (list (vector #f 'cancel "0" 0 'cancel reason))
                                 (lambda (journal) #t))))
              (if go
                  (run-cancelled-flow store id go)
                  (deliver-cancel store id reason))))))

    ;; The flow may come to its end before it is cancelled, and then has it.
    (define (run-cancelled-flow store id go)
      (guard (raised ((closed? (row-status (row-of (glance store id)))) #f))
        (go))
      (let ((status (row-status (row-of (glance store id)))))
        (if (memq status '(finished failed))
            (refuse id " is " status " already"))
        (if (eq? status 'cancelled) 'cancelled 'cancelling)))

    ;; A flow that cannot run here is closed without it; nothing is undone.
    (define (cancel-unseen store id reason)
      (let ((journal (if (eq? (flow/status id) 'queued)
                         (%flow-claim store id 'any)
                         (%flow-claim store id))))
        (if journal
            (begin
              (%flow-record! journal 'cancelled "0" 0 (%flow-name journal) 0 reason)
              (%flow-settle! journal 'cancelled "" 0)
              'cancelled)
            (deliver-cancel store id reason))))

    (define (deliver-cancel store id reason)
      (%flow-deliver! store id 'cancel "cancel" "0" 0 'cancel reason)
      (forward-soon! store id)
      'cancelling)))

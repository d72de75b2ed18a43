;; Calls of nodes on other peers.
;;
;; A call is a wait of the flow, recorded like any other; the flow is parked, not its
;; thread. Its key, FLOW/STRAND#ORDINAL, is the same however often it is sent. The
;; peer runs the node as a flow of its own whose id is the caller's name and that
;; key: so it runs once, and a repeated call finds what it came to. What did not come
;; to an end at once is kept as an item of the store: the call on our side, to be
;; asked about again, and the end on the other, to be sent until we have it. The
;; worker looks after both; the end enters the flow as a message, once.
(define-library (fermata flow remote)
  (export define-remote-node remote-node remote-failover flow-peer-register!
          flow-remote-error? remote-nodes send-due! sending? in-background!)
  (import (scheme base)
          (fermata table)
          (only (fermata condition) condition? condition-kind make-condition)
          (only (fermata sched) current-scheduler task-spawn task-sleep task-join
                with-deadline cancelled?)
          (fermata flow builtins) (fermata flow items) (fermata flow looks) (fermata flow guards)
          (fermata flow arguments) (fermata flow options) (fermata flow raised)
          (fermata flow run) (fermata flow operation) (fermata flow nodes) (fermata flow waits)
          (fermata flow history) (fermata flow live) (fermata flow look) (fermata flow host)
          (fermata flow parents) (fermata flow elsewhere) (fermata flow peers))
  (begin

    ;; ---- what programs say

    ;;> (define-remote-node name node)
    ;;> (define-remote-node (name input) body ...)
    ;;> Defines name as a flow, as defflow does, that other peers may call.
    (define-syntax define-remote-node
      (syntax-rules ()
        ((_ (name input) body ...)
         (define name (offer! 'name (lambda (input) body ...))))
        ((_ name node)
         (define name (offer! 'name node)))))

    (define offered '())
    (define (offer! name node)
      (check-argument 'define-remote-node 2 procedure? "a node, a procedure of one input" node)
      (if (not (memq name offered)) (set! offered (cons name offered)))
      (register-flow! name node))

    ;; The node of that name, when peers may call it.
    (define (remote-nodes name) (and (memq name offered) (flow-here name)))

    ;;> (remote-node peer name option value ...)
    ;;> A node that sends its input to the remote node of that name on a peer, and
    ;;> gives what it returned, or raises what it raised. Meanwhile the flow waits; the
    ;;> process may end. It runs there once for each time that this flow comes here,
    ;;> however often the call is sent. Raises conditions of these kinds:
    ;;> flow-remote-unreachable (the call never left), flow-remote-no-fn,
    ;;> flow-remote-denied, flow-remote-timeout (it was not answered in time; it may
    ;;> have run). When the flow is cancelled, or its branch ended, the node there is
    ;;> cancelled. Options: timeout (seconds; without it a call that may have left is asked
    ;;> about for as long as the flow lives), on-timeout (what becomes of the node then: leave,
    ;;> the default, or cancel).
    (define (remote-node peer name . options)
      (check-argument 'remote-node 1 address? "a peer, a symbol or a string" peer)
      (check-name "remote-node" "name" name)
      (let ((limit (get-option "remote-node" options call-options 'timeout #f))
            (on-timeout (get-option "remote-node" options call-options 'on-timeout 'leave)))
        (define withdrawn (if (and limit (eq? on-timeout 'leave)) 'leave 'cancel))
        (define (remote-node input)
          (%flow-check-plain input "the input of a remote node")
          (let ((call (lambda ()
                        (if (in-flow?)
                            (value-of (await-call peer name input withdrawn))
                            (value-of (call-and-wait peer name input))))))
            (if limit
                ((with-deadline limit
                                (lambda () (let ((value (call))) (lambda () value)))
                                (lambda () (lambda () (raise (late peer name limit))))))
                (call))))
        remote-node))

    ;;> (remote-failover peers name local option value ...)
    ;;> A node that calls the remote node of that name on each of the peers in turn until
    ;;> one returns; when all of them raised, the node local gets the input. With a
    ;;> timeout, see remote-node, a peer that was given up may still run it: what it
    ;;> does happens at least once then, not exactly once.
    (define (remote-failover peers name local . options)
      (check-argument 'remote-failover 1 (list-of address?) "a list of peers" peers)
      (check-node 'remote-failover 3 local)
      (let ((nodes (map (lambda (peer) (apply remote-node peer name options)) peers)))
        (define (remote-failover input)
          (let try ((nodes nodes))
            (if (null? nodes)
                (call local input)
                (let ((outcome (outcome-of (lambda () (call (car nodes) input)))))
                  (cond ((eq? (car outcome) 'returned) (cdr outcome))
                        ((or (transparent? (cdr outcome)) (cancelled? (cdr outcome)))
                         (raise (cdr outcome)))
                        (else (try (cdr nodes))))))))
        remote-failover))

    (define (address? obj) (or (symbol? obj) (string? obj)))
    (define call-options
      (list (list 'timeout "a number of seconds, or #f" (or-false seconds?))
            (list 'on-timeout "leave or cancel" (lambda (obj) (memq obj '(leave cancel))))))

    (define kinds
      '(flow-remote-unreachable flow-remote-no-fn flow-remote-denied flow-remote-timeout))

    ;;> (flow-remote-error? obj)
    ;;> Whether remote-node raised it of itself: its kind begins with flow-remote.
    (define (flow-remote-error? obj)
      (and (condition? obj) (memq (condition-kind obj) kinds) #t))

    ;;> (flow-peer-register! name option value ...)
    ;;> Makes a peer in this process: calls to it are sealed, checked, run and answered as
    ;;> those to another computer. Options: store (where it keeps its flows; a new one in
    ;;> memory), nodes (names; else all that define-remote-node defined), callers (names
    ;;> of peers that may call; else any), delegators (names of peers whose flows it goes on
    ;;> with, see flow/delegate; else any), copies (names of peers that may keep copies here,
    ;;> see flow/replicate; else any), transport (a procedure of the bytes that are
    ;;> sent and of one that delivers bytes and gives the answer: it may lose, repeat or
    ;;> delay them; it returns an answer, or unreachable or lost).
    (define (flow-peer-register! name . options)
      (check-name "flow-peer-register!" "name" name)
      (let* ((get (lambda (option default)
                    (get-option "flow-peer-register!" options peer-options option default)))
             (store (get 'store #f)) (nodes (get 'nodes #f)) (callers (get 'callers #f))
             (delegators (get 'delegators #f)) (copies (get 'copies #f))
             (home (make-home! (or store (open-flow-store "memory:")) name "")))
        (set-home-nodes! home (lambda (name)
                                (and (or (not nodes) (memq name nodes)) (remote-nodes name))))
        (set-home-allows?! home (lambda (sender name) (or (not callers) (memq sender callers))))
        (set-home-takes?! home (lambda (sender)
                                 (and (or (not delegators) (memq sender delegators)) 'any)))
        (set-home-keeps?! home (lambda (sender) (or (not copies) (memq sender copies))))
        (reach-home! home (get 'transport #f))
        name))

    (define peer-options
      (list (list 'store "an open store" %flow-store?)
            (list 'nodes "a list of names" (list-of symbol?))
            (list 'callers "a list of names" (list-of symbol?))
            (list 'delegators "a list of names" (list-of symbol?))
            (list 'copies "a list of names" (list-of symbol?))
            (list 'transport "a procedure of bytes and a procedure" procedure?)))

    ;; ---- ends

    ;; What a call came to is #(remote returned value) or #(remote raised datum); anything
    ;; else was given by hand, by flow/resume.
    (define (end-of how value) (vector 'remote how value))
    (define (failure kind . parts)
      (end-of 'raised (list 'condition kind (apply string-append parts) '())))

    (define (value-of end)
      (cond ((not (and (vector? end) (= (vector-length end) 3)
                       (eq? (vector-ref end 0) 'remote)))
             end)
            ((eq? (vector-ref end 1) 'returned) (vector-ref end 2))
            (else (raise (datum->raised (vector-ref end 2))))))

    (define (late peer name limit)
      (make-condition 'flow-remote-timeout
                      (string-append (symbol->string name) " on " (text-of peer)
                                     " took longer than " (number->string limit) " seconds")
                      '()))
    (define (text-of obj) (if (symbol? obj) (symbol->string obj) obj))

    ;; What an answer means: an end, or in how many seconds it is to be asked again, or
    ;; unreachable. tries: how often that was done before.
    (define (meaning answer call tries)
      (define where (string-append (symbol->string (call-name call)) " on "
                                   (text-of (call-peer call))))
      (define soon (min 60 (expt 2 (min tries 6))))
      (cond ((eq? answer 'unreachable) answer)
            ((not (pair? answer)) soon)
            (else
             (case (car answer)
               ((returned raised) (end-of (car answer) (cadr answer)))
               ((running) (min 60 (* 4 soon)))   ; it will be told of the end
               ((busy) (max soon (cadr answer)))
               ((refused)
                (case (cadr answer)
                  ((replayed old-epoch) soon)    ; sent anew, it is another message
                  ((flow-remote-no-fn)
                   (failure 'flow-remote-no-fn "no remote node is called " where))
                  (else
                   (failure 'flow-remote-denied where " is refused: "
                            (symbol->string (cadr answer))))))
               (else soon)))))

    ;; ---- calling

    ;; #(peer name input flow strand ordinal tries withdrawn), as it is kept. withdrawn: what
    ;; becomes of the node when its wait was withdrawn, the flow not being cancelled.
    (define (call-peer call) (vector-ref call 0))
    (define (call-name call) (vector-ref call 1))
    (define (call-flow call) (vector-ref call 3))
    (define (call-strand call) (vector-ref call 4))
    (define (call-ordinal call) (vector-ref call 5))
    (define (call-tries call) (vector-ref call 6))
    (define (call-withdrawn call)
      (if (> (vector-length call) 7) (vector-ref call 7) 'leave))

    (define (send-call store call key epoch)
      (exchange store (call-peer call) 'call (call-flow call) key epoch
                (list 'call (call-name call) (vector-ref call 2)
                      (call-strand call) (call-ordinal call))))

    ;; Parks the flow until the end is there.
    (define (await-call peer name input withdrawn)
      (wait-for-remote
       name
       (lambda (store flow strand ordinal key epoch sent?)
         (let* ((call (vector peer name input flow strand ordinal 1 withdrawn))
                (answer (with-exception-handler
                         ;; Given up while the question is on its way.
                         (lambda (raised)
                           (ask-later! store key call 0)
                           (raise-continuable raised))
                         (lambda () (send-call store call key epoch))))
                (what (meaning answer call 0)))
           (cond ((vector? what) what)
                 ((and (eq? what 'unreachable) (not sent?)) (unreachable call))
                 (else (ask-later! store key call (if (number? what) what 1)) #f))))))

    (define (unreachable call)
      (failure 'flow-remote-unreachable "the peer " (text-of (call-peer call))
               " cannot be reached"))

    ;; Outside of flows: asks until it has the end.
    (define (call-and-wait peer name input)
      (let ((store (current-store)) (key (if (in-step?) (step-key) (flow-uuid)))
            (call (vector peer name input '- "0" 0 0)))
        (let again ((tries 0))
          (let ((what (meaning (send-call store call key 0) call tries)))
            (cond ((vector? what) what)
                  ((and (eq? what 'unreachable) (= tries 0)) (unreachable call))
                  (else
                   (task-sleep (if (number? what) what 1))
                   (again (+ tries 1))))))))

    (define (later seconds)
      (+ (%flow-now (current-scheduler)) (exact (ceiling (* 1000 seconds)))))

    (define (ask-later! store key call seconds)
      (let* ((id (string->symbol key)) (known (%item store 'remote-call id)))
        (%item-put! store 'remote-call id (if known (item-version known) 0) (later seconds)
                    call)))

    ;; ---- what the worker does

    (define busy (make-equal-hash-table))   ; (store . key) of what is being sent
    (define (sending?) (> (hash-table-count busy) 0))

    ;; Sends what is due, each in a task of its own.
    (define (send-due! store)
      (let ((now (%flow-now (current-scheduler))))
        (for-each (lambda (item) (in-background! store item ask-again))
                  (%items store 'remote-call now))
        (for-each (lambda (item) (in-background! store item send-end))
                  (%items store 'remote-end now))))

    (define (in-background! store item do)
      (let ((key (cons store (item-id item))))
        (if (not (hash-table-contains? busy key))
            (begin
              (hash-table-set! busy key #t)
              (task-spawn
               (lambda ()
                 (guard (raised (#t #f))   ; it stays due
                   (do store item))
                 (hash-table-delete! busy key))
               'name 'flow-remote)))))

    (define (ask-again store item)
      (let* ((call (item-value item)) (id (item-id item)) (key (symbol->string id))
             (known (%flow-history store (call-flow call) 'outline)))
        (if (not (still-open? known (call-strand call) (call-ordinal call)))
            (let-go store item call key)
            (let ((what (meaning (send-call store call key (row-epoch (row-of known))) call
                                 (call-tries call))))
              (if (vector? what)
                  (deliver-end! store key call what)
                  (%item-put! store 'remote-call id (item-version item)
                              (later (if (number? what) what 60)) (tried call)))))))

    ;; Nobody waits for a call any more. The node is told, unless somebody answered instead. One
    ;; that the peer does not know may be on its way there yet, so it is told again.
    (define (let-go store item call key)
      (let ((known (%flow-history store (call-flow call))))
        (if (and (cancelled-there? known call)
                 (let ((answer (exchange store (call-peer call) 'call (call-flow call) key
                                         (row-epoch (row-of known)) '(cancel))))
                   (not (or (equal? answer '(known)) (> (call-tries call) 10)))))
            (%item-put! store 'remote-call (item-id item) (item-version item)
                        (later (min 60 (expt 2 (call-tries call)))) (tried call))
            (%item-drop! store 'remote-call (item-id item)))))

    (define (cancelled-there? known call)
      (define (is? record event)
        (and (eq? (record-event record) event)
             (equal? (record-strand record) (call-strand call))
             (= (record-ordinal record) (call-ordinal call))))
      (and known
           (let loop ((records (cdr known)) (withdrawn? #f) (cancelled? #f))
             (if (null? records)
                 (and withdrawn? (or cancelled? (eq? (call-withdrawn call) 'cancel)))
                 (loop (cdr records)
                       (or withdrawn? (is? (car records) 'withdrawn))
                       (or cancelled? (eq? (record-event (car records)) 'cancelling)))))))

    (define (tried call)
      (let ((again (vector-copy call)))
        (vector-set! again 6 (+ 1 (call-tries call)))
        again))

    (define (still-open? known strand ordinal)
      (and known
           (let loop ((waits (open-waits (cdr known))))
             (and (pair? waits)
                  (or (and (equal? (record-strand (car waits)) strand)
                           (= (record-ordinal (car waits)) ordinal))
                      (loop (cdr waits)))))))

    ;; The message has the key for its id, so the end enters the flow once.
    (define (deliver-end! store key call end)
      (guard (raised ((and (condition? raised) (eq? (condition-kind raised) 'flow-error)) #f))
        (%flow-deliver! store (call-flow call) 'answer (string-append "remote:" key)
                        (call-strand call) (call-ordinal call) (call-name call) end))
      (%item-drop! store 'remote-call (string->symbol key)))

    ;; ---- being called

    (set-handler! 'call
      (lambda (home letter)
        (let ((body (letter-body letter)) (sender (letter-sender letter)))
          (cond
           ((equal? body '(cancel))
            (cancel-call (home-store home) (id-of-call sender (letter-key letter))))
           ((not (call-body? body)) '(refused malformed))
           ((not ((home-allows? home) sender (list-ref body 1))) '(refused not-allowed))
           ((not ((home-nodes home) (list-ref body 1))) '(refused flow-remote-no-fn))
           (else
            (run-call home (list-ref body 1) (list-ref body 2)
                      (id-of-call sender (letter-key letter))
                      (list (letter-flow letter) (list-ref body 3) (list-ref body 4) sender
                            (letter-key letter))))))))

    (define (id-of-call sender key)
      (string->symbol (string-append (symbol->string sender) "/" key)))

    ;; A caller cancels nothing but what it called. What it is to undo is done behind the answer.
    (define (cancel-call store id)
      (let ((known (%flow-history store id 'row)))
        (cond ((not known) '(unknown))
              ((closed? (row-status (row-of known))) '(known))
              (else
               (%flow-deliver! store id 'cancel "cancel" "0" 0 'cancel
                               "its caller does not wait any more")
               (forward-soon! store id)
               ((afterwards) (lambda () (wake-flow store id)))
               '(known)))))

    (define (call-body? body)
      (and (list? body) (= (length body) 5) (eq? (car body) 'call) (symbol? (list-ref body 1))
           (string? (list-ref body 3)) (exact-integer? (list-ref body 4))))

    (define hold 10)   ; seconds that a caller waits for the answer to the call itself

    (define (run-call home name input id parent)
      (let* ((direct (list #t))
             (task (task-spawn
                    (lambda ()
                      (parameterize ((current-flow-store (home-store home))
                                     (direct-answer direct))
                        (answer-of id (lambda ()
                                        (flow/start name input 'id id 'parent parent)))))
                    'name id 'awaited #t)))
        (with-deadline hold
                       (lambda () (task-join task))
                       (lambda () (set-car! direct #f) '(running)))))

    (define (answer-of id start)
      (guard (raised ((transparent? raised) '(busy 1))
                     ((eq? (flow/status id) 'stuck) '(running))
                     (#t (list 'raised (condition->datum raised))))
        (let ((outcome (start)))
          (cond ((not (and (pair? outcome) (list? outcome))) (list 'returned outcome))
                ((memq (car outcome)
                       '(flow-suspended flow-delivered flow-stopped flow-handed-over))
                 '(running))
                ((eq? (car outcome) 'flow-cancelled) (list 'raised cancelled-there))
                (else (list 'returned outcome))))))

    (define cancelled-there '(condition flow-error "the remote node was cancelled" ()))

    ;; ---- the end of a call, sent by the peer

    ;; item: of #(parent name (how value) tries).
    (define (send-end store item)
      (let* ((kept (item-value item)) (parent (list-ref kept 0)) (end (list-ref kept 2))
             (tries (list-ref kept 3)) (id (item-id item))
             (answer (exchange store (list-ref parent 3) 'result (list-ref parent 0)
                               (list-ref parent 4) 0
                               (if (eq? (car end) 'cancelled)
                                   (list 'raised cancelled-there)
                                   end))))
        (if (or (equal? answer '(known)) (> tries 30))   ; the caller asks by itself
            (%item-drop! store 'remote-end id)
            (%item-put! store 'remote-end id (item-version item)
                        (later (min 60 (expt 2 (min tries 6))))
                        (list parent (list-ref kept 1) end (+ tries 1))))))

    ;; Peers of this process get it before whoever ran the flow goes on.
    (define (send-ends store)
      (for-each (lambda (item)
                  (if (home-named (list-ref (list-ref (item-value item) 0) 3))
                      (send-end store item)
                      (in-background! store item send-end)))
                (%items store 'remote-end (%flow-now (current-scheduler)))))
    (set-end-sender! send-ends)

    (set-handler! 'result
      (lambda (home letter)
        (let* ((store (home-store home)) (key (letter-key letter)) (body (letter-body letter))
               (item (%item store 'remote-call (string->symbol key)))
               (call (and item (item-value item))))
          (cond ((not (and (list? body) (= (length body) 2) (memq (car body) '(returned raised))))
                 '(refused malformed))
                ((not item)
                 ;; It ended before our call was answered; or we have the end.
                 (if (call-open? store letter) '(again) '(known)))
                ((not (eq? (peer-name-of (call-peer call)) (letter-sender letter)))
                 '(refused not-asked))
                (else
                 (deliver-end! store key call (end-of (car body) (cadr body)))
                 ((afterwards) (lambda () (wake-flow store (call-flow call))))
                 '(known))))))

    (define (call-open? store letter)
      (let ((known (%flow-history store (letter-flow letter) 'outline)))
        (and known
             (let loop ((waits (open-waits (cdr known))))
               (and (pair? waits)
                    (or (string=? (letter-key letter)
                                  (string-append (symbol->string (letter-flow letter)) "/"
                                                 (record-strand (car waits)) "#"
                                                 (number->string (record-ordinal (car waits)))))
                        (loop (cdr waits))))))))))

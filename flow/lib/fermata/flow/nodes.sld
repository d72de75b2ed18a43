;; Nodes and what joins them: procedures of one argument, the output of one
;; being the input of the next. Combinators take nodes and give a node; outside
;; a flow they are plain functions, so a node can be tried by calling it.
(define-library (fermata flow nodes)
  (export defflow sequence parallel race any map-flow branch
          retry try-catch timeout with-gas tick flow-timeout?
          saga compensate
          flow-node flow-id flow-const
          step suspend await-signal await-any flow-sleep flow-sleep-until
          flow-now flow-random flow-uuid flow-version define-query
          fail failed? fail-reason
          find-flow flow-name-of with-flows)
  (import (scheme base) (scheme time)
          (only (fermata condition)
                condition? condition-kind condition-irritants make-condition)
          (fermata random)
          (fermata flow builtins) (fermata flow run) (fermata flow operation)
          (fermata flow raised)
          (only (fermata sched) task-sleep with-deadline with-shield cancelled?))
  (begin

    ;; ---- flows by name

    ;; Pairs (name . procedure), newest first. A program that is rebuilt from
    ;; the store defines its flows in a list of its own.
    (define flows (make-parameter (list '())))
    (define flows-of-all-programs '())

    (define (register-flow! name node)
      (define (flow input) (call node input))
      (let ((entry (cons name flow)))
        (set-car! (flows) (cons entry (car (flows))))
        (set! flows-of-all-programs (cons entry flows-of-all-programs)))
      flow)

    (define (find-flow name)
      (let ((found (assq name (car (flows)))))
        (and found (cdr found))))

    (define (flow-name-of procedure)
      (let loop ((rest flows-of-all-programs))
        (cond ((null? rest) #f)
              ((eq? (cdar rest) procedure) (caar rest))
              (else (loop (cdr rest))))))

    ;; Calls thunk, then returns a procedure that finds the flows that it
    ;; defined.
    (define (with-flows thunk)
      (let ((own (list '())))
        (parameterize ((flows own)) (thunk))
        (lambda (name)
          (let ((found (assq name (car own))))
            (and found (cdr found))))))

    ;;> (defflow name node)
    ;;> (defflow (name input) body ...)
    ;;> Defines name as a flow: a node that can be started by itself.
    (define-syntax defflow
      (syntax-rules ()
        ((_ (name input) body ...)
         (define name (register-flow! 'name (lambda (input) body ...))))
        ((_ name node)
         (define name (register-flow! 'name node)))))

    ;; ---- calling a node

    (define (node-name node)
      (or (flow-name-of node) (%procedure-name node) 'node))

    (define (call node input)
      (if (eq? node flow-id)
          input
          (call-node (node-name node) node input)))

    ;;> (flow-id input)
    ;;> The node that gives what it gets.
    (define (flow-id input) input)

    ;;> (flow-const obj)
    ;;> A node that gives obj, whatever it gets.
    (define (flow-const obj)
      (define (flow-const input) obj)
      flow-const)

    ;;> (flow-node procedure)
    ;;> (flow-node name procedure)
    ;;> A node that calls procedure, shown under that name.
    (define (flow-node first . rest)
      (if (null? rest)
          (lambda (input) (call first input))
          (begin
            (check-name "flow-node" "name" first)
            (lambda (input)
              (if (in-flow?)
                  (call-node first (car rest) input)
                  ((car rest) input))))))

    ;; ---- combinators

    ;;> (sequence node ...)
    ;;> Runs the nodes one after another.
    (define (sequence . nodes)
      (define (sequence input)
        (let loop ((nodes nodes) (input input))
          (if (null? nodes)
              input
              (loop (cdr nodes) (call (car nodes) input)))))
      sequence)

    ;;> (parallel node ...)
    ;;> Gives its input to every node; the list of what they return, in order.
    ;;> All branches run at the same time. The first error ends the others.
    (define (parallel . nodes)
      (define (parallel input) (run-branches 'all 'parallel nodes input))
      parallel)

    ;;> (race node ...)
    ;;> Gives its input to every node. The first that ends decides, whether it
    ;;> returns or raises; the others are cancelled.
    (define (race . nodes)
      (check-some "race" nodes)
      (define (race input) (run-branches 'race 'race nodes input))
      race)

    ;;> (any node ...)
    ;;> Gives its input to every node. The first that returns decides, and the
    ;;> others are cancelled; when all of them raise, the last error is raised.
    (define (any . nodes)
      (check-some "any" nodes)
      (define (any input) (run-branches 'any 'any nodes input))
      any)

    (define (check-some who nodes)
      (if (null? nodes) (refuse who ": wants at least one node")))

    ;;> (map-flow node option value ...)
    ;;> A node that runs node on each element of a list, as parallel does.
    ;;> Option: limit, how many run at the same time.
    (define (map-flow node . options)
      (let ((limit (option "map-flow" options '(limit) 'limit #f)))
        (define (map-flow inputs)
          (fork-or-call 'all 'map-flow (map (lambda (input) (node-name node)) inputs)
                        (map (lambda (input) (lambda () (call node input))) inputs)
                        limit))
        map-flow))

    (define (run-branches mode name nodes input)
      (fork-or-call mode name (map node-name nodes)
                    (map (lambda (node) (lambda () (call node input))) nodes)
                    #f))

    ;; Outside a flow the branches are called one after another.
    (define (fork-or-call mode name names thunks limit)
      (cond ((in-flow?) (fork mode name names thunks limit))
            ((eq? mode 'all) (call-all thunks))
            ((eq? mode 'race) ((car thunks)))
            (else (call-any thunks))))

    (define (call-all thunks)
      (let loop ((thunks thunks) (results '()))
        (if (null? thunks)
            (reverse results)
            (loop (cdr thunks) (cons ((car thunks)) results)))))

    (define (call-any thunks)
      (if (null? (cdr thunks))
          ((car thunks))
          (let ((outcome (outcome-of (car thunks))))
            (if (eq? (car outcome) 'returned)
                (cdr outcome)
                (call-any (cdr thunks))))))

    ;;> (branch predicate then [else])
    ;;> Runs then or else, as the predicate says of the input. Without else the
    ;;> input passes through.
    (define (branch predicate then . otherwise)
      (define (branch input)
        (cond ((call predicate input) (call then input))
              ((pair? otherwise) (call (car otherwise) input))
              (else input)))
      branch)

    ;; ---- when a node raises

    ;;> (retry n node option value ...)
    ;;> Runs node again when it raised, at most n times in all; the last error
    ;;> is raised. A value made by fail is not an error. Options: delay (seconds
    ;;> before the second run, 0), backoff (constant, linear or exponential: how
    ;;> the delay grows), max-delay (seconds), jitter (0 to 1: how much of the
    ;;> delay is left to chance), retry? (a predicate of what was raised), within
    ;;> (seconds: no further run begins after that).
    (define (retry n node . options)
      (let* ((known '(delay backoff max-delay jitter retry? within))
             (get (lambda (name default) (option "retry" options known name default)))
             (delay (get 'delay 0)) (backoff (get 'backoff 'exponential))
             (most (get 'max-delay #f)) (jitter (get 'jitter 0))
             (retry? (get 'retry? (lambda (raised) #t))) (within (get 'within #f)))
        (define (pause run)
          (let* ((grown (case backoff
                          ((constant) delay)
                          ((linear) (* delay run))
                          ((exponential) (* delay (expt 2 (- run 1))))
                          (else (refuse "retry: backoff must be constant, linear or"
                                        " exponential, got " backoff))))
                 (kept (if most (min most grown) grown)))
            (if (> jitter 0)
                (* kept (- 1 (* jitter (flow-random))))
                kept)))
        (define (retry input)
          (let ((began (if within (flow-now) 0)))
            (let attempt ((run 1))
              (let ((outcome (outcome-of (lambda () (call node input)))))
                (cond ((eq? (car outcome) 'returned) (cdr outcome))
                      ((or (>= run n) (final? (cdr outcome))
                           (not (retry? (cdr outcome)))
                           (and within (>= (- (flow-now) began) within)))
                       (raise (cdr outcome)))
                      (else
                       (let ((seconds (pause run)))
                         (if (> seconds 0) (flow-sleep seconds))
                         (attempt (+ run 1)))))))))
        retry))

    ;; Raised by the engine, or because this is to end: no reason to try again.
    (define (final? raised) (or (transparent? raised) (cancelled? raised)))

    ;;> (try-catch node handler)
    ;;> Runs node; when it raised, the node handler gets what was raised.
    (define (try-catch node handler)
      (define (try-catch input)
        (let ((outcome (outcome-of (lambda () (call node input)))))
          (cond ((eq? (car outcome) 'returned) (cdr outcome))
                ((final? (cdr outcome)) (raise (cdr outcome)))
                (else (call handler (cdr outcome))))))
      try-catch)

    (define (outcome-of thunk)
      (guard (raised (#t (cons 'raised raised)))
        (cons 'returned (thunk))))

    ;;> (timeout seconds node [late])
    ;;> Runs node; when it has not ended in time it is cancelled where it waits,
    ;;> and flow-timeout is raised, or the node late gets the input.
    (define (timeout seconds node . late)
      (define (timeout input)
        (define (expired)
          (if (pair? late)
              (call (car late) input)
              (raise (make-condition 'timeout
                                     (string-append "flow-timeout: "
                                                    (symbol->string (node-name node))
                                                    " took longer than "
                                                    (number->string seconds)
                                                    " seconds")
                                     (list 'flow-timeout seconds)))))
        (if (in-flow?)
            ((with-deadline seconds
                            (lambda ()
                              (let ((value (call node input)))
                                (lambda () value)))
                            (lambda () expired)))
            (call node input)))
      timeout)

    ;;> (flow-timeout? obj)
    ;;> Whether obj was raised by timeout or with-gas.
    (define (flow-timeout? obj)
      (and (condition? obj) (eq? (condition-kind obj) 'timeout)
           (pair? (condition-irritants obj))
           (eq? (car (condition-irritants obj)) 'flow-timeout)))

    (define budgets (make-parameter '()))

    ;;> (with-gas n node)
    ;;> Runs node with a budget: when (tick) is called, or a durable operation
    ;;> begins, more than n times in it, flow-timeout is raised there. The same
    ;;> every time.
    (define (with-gas n node)
      (define (with-gas input)
        (parameterize ((budgets (cons (list n n) (budgets))))
          (call node input)))
      with-gas)

    ;;> (tick)
    ;;> Uses one unit of every budget around it; see with-gas.
    (define (tick)
      (for-each
       (lambda (budget)
         (set-car! budget (- (car budget) 1))
         (if (< (car budget) 0)
             (raise (make-condition 'timeout
                                    (string-append "flow-timeout: more than "
                                                   (number->string (cadr budget))
                                                   " ticks")
                                    (list 'flow-timeout (cadr budget))))))
       (budgets)))

    ;; ---- failure as a value

    ;;> (fail reason)
    ;;> A value that says something failed; it travels from node to node like
    ;;> any other.
    (define (fail reason) (list 'flow-failure reason))

    ;;> (failed? obj)
    ;;> Whether obj was made by fail.
    (define (failed? obj)
      (and (pair? obj) (eq? (car obj) 'flow-failure)
           (pair? (cdr obj)) (null? (cddr obj))))

    ;;> (fail-reason failure)
    ;;> What fail was given.
    (define (fail-reason failure) (cadr failure))

    ;; ---- durable operations

    ;;> (step name thunk option value ...)
    ;;> Calls thunk, which may act on the world, and records what it returns: it
    ;;> never runs again after that. If the process dies in between, the step is
    ;;> in doubt; option in-doubt says what then: retry (the default; it runs
    ;;> again with the same (step-key)), fail (it raises), or a procedure that is
    ;;> called instead of thunk, within the step. Further options: retries (how
    ;;> often it runs again after an error), delay, backoff, max-delay (see
    ;;> retry), undo (a procedure of the result; see saga).
    (define (step name thunk . options)
      (check-name "step" "name" name)
      (let* ((known '(in-doubt retries delay backoff max-delay undo))
             (get (lambda (name default) (option "step" options known name default)))
             (in-doubt (get 'in-doubt 'retry)) (retries (get 'retries 0))
             (undo (get 'undo #f)))
        (define (once ignored)
          (tick)
          (cond ((in-flow?) (call-step name thunk (doubtful name in-doubt)))
                (else (thunk))))
        (define value
          (if (> retries 0)
              ((retry (+ retries 1) (flow-node name once) 'delay (get 'delay 0)
                      'backoff (get 'backoff 'exponential)
                      'max-delay (get 'max-delay #f))
               #f)
              (once #f)))
        (if undo (compensate name (lambda () (undo value))))
        value))

    (define (doubtful name in-doubt)
      (lambda (thunk)
        (cond ((eq? in-doubt 'retry) thunk)
              ((eq? in-doubt 'fail)
               (lambda ()
                 (refuse "step " name " is in doubt: its process ended before the result"
                         " was recorded")))
              ((procedure? in-doubt) in-doubt)
              (else (refuse "step: in-doubt must be retry, fail or a procedure, got "
                            in-doubt)))))

    ;;> (suspend tag)
    ;;> Waits, for years if need be, until somebody resumes the flow with a
    ;;> value, and returns that value. The process may end meanwhile.
    (define (suspend tag)
      (check-name "suspend" "tag" tag)
      (only-in-flow "suspend")
      (wait-for tag))

    ;;> (await-signal name [seconds default])
    ;;> Waits for the next signal of that name, sent by flow/signal, and returns
    ;;> what came with it; default when none came in time.
    (define (await-signal name . limit)
      (check-name "await-signal" "name" name)
      (only-in-flow "await-signal")
      (if (null? limit)
          (receive-signal name)
          (with-deadline (car limit) (lambda () (receive-signal name))
                         (lambda () (and (pair? (cdr limit)) (cadr limit))))))

    ;;> (await-any thunk ...)
    ;;> Calls the thunks, each of which waits for something, and returns what the
    ;;> first of them returns; the others are cancelled.
    (define (await-any . thunks)
      (if (null? thunks) (refuse "await-any: wants at least one thunk"))
      (fork-or-call 'race 'await-any (map (lambda (thunk) 'wait) thunks) thunks #f))

    ;;> (flow-sleep seconds)
    ;;> Waits so long; the process may end meanwhile.
    (define (flow-sleep seconds)
      (check-seconds "flow-sleep" seconds)
      (if (in-flow?) (sleep-for seconds) (task-sleep seconds)))

    ;;> (flow-sleep-until second)
    ;;> Waits until that time, in seconds since 1970.
    (define (flow-sleep-until second)
      (check-seconds "flow-sleep-until" second)
      (if (in-flow?)
          (sleep-until second)
          (task-sleep (max 0 (- second (current-second))))))

    (define (check-seconds who seconds)
      (if (not (and (real? seconds) (= seconds seconds)))
          (refuse who ": wants a number of seconds, got " seconds)))

    (define (only-in-flow who)
      (cond ((in-flow?) #t)
            ((in-step?)
             (refuse who ": a step may not wait; do it before the step or after it"))
            (else
             (refuse who ": only a flow can wait; start one with"
                     " (flow/start flow input)"))))

    ;; ---- what is the same in every replay

    ;;> (flow-now)
    ;;> Seconds since 1970; in a flow the time of the last event, the same in
    ;;> every replay. So is what the ordinary clock procedures tell there.
    (define (flow-now) (current-second))

    ;;> (flow-random [n])
    ;;> A random number from 0 below n, or without n between 0 and 1; in a flow
    ;;> the same in every replay. So are the ordinary random procedures there.
    (define (flow-random . n)
      (if (pair? n)
          (random-source-integer default-random-source (car n))
          (random-source-real default-random-source)))

    ;;> (flow-uuid)
    ;;> A new UUID, version 4, as a string; in a flow the same in every replay.
    (define (flow-uuid)
      (let ((digits (make-string 36 #\-)))
        (do ((i 0 (+ i 1))) ((= i 36) digits)
          (if (not (memv i '(8 13 18 23)))
              (string-set! digits i
                           (string-ref "0123456789abcdef"
                                       (case i
                                         ((14) 4)
                                         ((19) (+ 8 (flow-random 4)))
                                         (else (flow-random 16)))))))))

    ;;> (flow-version change newest)
    ;;> The version of the code that a flow runs with at a change of the program:
    ;;> newest for a flow that comes here for the first time, and 0 for one that
    ;;> was past this place before the change was made. Always the same for one
    ;;> flow, so (if (> (flow-version 'two-mails 1) 0) new old) suits both.
    (define (flow-version change newest)
      (check-name "flow-version" "change" change)
      (if (in-flow?) (version-of change newest) newest))

    ;;> (define-query name thunk)
    ;;> In a flow: from now on (flow/query id 'name) is what thunk returns, called
    ;;> between the events of the flow; it may look, but neither wait nor act.
    (define (define-query name thunk)
      (check-name "define-query" "name" name)
      (only-in-flow "define-query")
      (add-query! name thunk))

    ;; ---- compensation

    (define compensations (make-parameter #f)) ; #f, or a list of a list

    ;;> (saga node)
    ;;> Runs node; when it raises, or is cancelled, what was registered in it by
    ;;> compensate, or by the option undo of a step, is done, the last first, each
    ;;> as a step that runs until it succeeds; then the error goes on.
    (define (saga node)
      (define (saga input)
        (let ((undos (list '())))
          (guard (raised ((not (transparent? raised))
                          (with-shield (lambda () (undo-all (car undos))))
                          (raise raised)))
            (parameterize ((compensations undos))
              (call node input)))))
      saga)

    ;;> (compensate name thunk)
    ;;> Registers thunk to be called, as a step of that name, if the saga around
    ;;> fails.
    (define (compensate name thunk)
      (check-name "compensate" "name" name)
      (let ((undos (compensations)))
        (if (not undos)
            (refuse "compensate: there is no saga around " name))
        (set-car! undos (cons (cons name thunk) (car undos)))))

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
       undos))

    ;; ---- options

    (define (option who options known name default)
      (let loop ((rest options) (found default))
        (cond ((null? rest) found)
              ((or (not (memq (car rest) known)) (null? (cdr rest)))
               (refuse who ": no such option: " (car rest) "; there are " known))
              ((eq? (car rest) name) (loop (cddr rest) (cadr rest)))
              (else (loop (cddr rest) found)))))))

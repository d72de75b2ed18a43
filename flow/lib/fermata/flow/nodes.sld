;; Nodes and what joins them: procedures of one argument, the output of one
;; being the input of the next. Combinators take nodes and give a node; outside
;; a flow they are plain functions, so a node can be tried by calling it.
(define-library (fermata flow nodes)
  (export defflow sequence parallel race any map-flow branch
          retry try-catch timeout with-gas
          flow-node flow-id flow-const
          await-any fail failed? fail-reason
          register-flow! find-flow flow-name-of with-flows call outcome-of
          delay-options)
  (import (scheme base)
          (fermata flow budget)
          (fermata flow builtins) (fermata flow run) (fermata flow operation)
          (fermata flow data) (fermata flow arguments) (fermata flow options) (fermata flow raised) (fermata flow waits)
          (only (fermata sched) with-deadline cancelled?))
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
    ;; defined; given #f, the records that it declared.
    (define (with-flows thunk)
      (let ((own (list '())) (records (new-declarations)))
        (parameterize ((flows own) (declared-records records)) (thunk))
        (lambda (name)
          (if name
              (let ((found (assq name (car own))))
                (and found (cdr found)))
              records))))

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
    (define (flow-node first 1 . rest)
      (if (null? rest)
          (begin
            (check-node 'flow-node 1 first)
            (lambda (input) (call first input)))
          (begin
            (check-name "flow-node" "name" first)
            (check-node 'flow-node 2 (car rest))
            (lambda (input)
              (if (in-flow?)
                  (call-node first (car rest) input)
                  ((car rest) input))))))

    ;; ---- combinators

    ;;> (sequence node ...)
    ;;> Runs the nodes one after another.
    (define (sequence . nodes)
      (check-nodes 'sequence 1 nodes)
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
      (check-nodes 'parallel 1 nodes)
      (define (parallel input) (run-branches 'all 'parallel nodes input))
      parallel)

    ;;> (race node ...)
    ;;> Gives its input to every node. The first that ends decides, whether it
    ;;> returns or raises; the others are cancelled.
    (define (race . nodes)
      (check-some 'race nodes)
      (define (race input) (run-branches 'race 'race nodes input))
      race)

    ;;> (any node ...)
    ;;> Gives its input to every node. The first that returns decides, and the
    ;;> others are cancelled; when all of them raise, the last error is raised.
    (define (any . nodes)
      (check-some 'any nodes)
      (define (any input) (run-branches 'any 'any nodes input))
      any)

    (define (check-some who nodes)
      (if (null? nodes) (refuse who ": wants at least one node"))
      (check-nodes who 1 nodes))

    ;;> (map-flow node option value ...)
    ;;> A node that runs node on each element of a list, as parallel does.
    ;;> Option: limit, how many run at the same time.
    (define (map-flow node . options)
      (check-node 'map-flow 1 node)
      (let ((limit (get-option "map-flow" options map-flow-options 'limit #f)))
        (define (map-flow inputs)
          (fork-or-call 'all 'map-flow (map (lambda (input) (node-name node)) inputs)
                        (map (lambda (input) (lambda () (call node input))) inputs)
                        limit))
        map-flow))

    (define map-flow-options
      (list (list 'limit "an exact integer above 0, or #f" (or-false count?))))

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

    ;;> (await-any thunk ...)
    ;;> Calls the thunks, each of which waits for something, and returns what the
    ;;> first of them returns; the others are cancelled.
    (define (await-any . thunks)
      (if (null? thunks) (refuse "await-any: wants at least one thunk"))
      (check-thunks 'await-any 1 thunks)
      (fork-or-call 'race 'await-any (map (lambda (thunk) 'wait) thunks) thunks #f))

    ;;> (branch predicate then [else])
    ;;> Runs then or else, as the predicate says of the input. Without else the
    ;;> input passes through.
    (define (branch predicate then 1 . otherwise)
      (check-nodes 'branch 1 (cons predicate (cons then otherwise)))
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
      (check-argument 'retry 1 count? "how often it runs, an exact integer above 0" n)
      (check-node 'retry 2 node)
      (let* ((get (lambda (name default)
                    (get-option "retry" options retry-options name default)))
             (delay (get 'delay 0)) (backoff (get 'backoff 'exponential))
             (most (get 'max-delay #f)) (jitter (get 'jitter 0))
             (retry? (get 'retry? (lambda (raised) #t))) (within (get 'within #f)))
        (define (pause run)
          (let* ((grown (case backoff
                          ((constant) delay)
                          ((linear) (* delay run))
                          (else (* delay (expt 2 (- run 1))))))
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

    (define delay-options
      (list (list 'delay "a number of seconds" seconds?)
            (list 'backoff "constant, linear or exponential"
                  (lambda (obj) (memq obj '(constant linear exponential))))
            (list 'max-delay "a number of seconds, or #f" (or-false seconds?))))
    (define retry-options
      (append delay-options
              (list (list 'jitter "a number from 0 to 1" share?)
                    (list 'retry? "a predicate" procedure?)
                    (list 'within "a number of seconds, or #f" (or-false seconds?)))))

    ;; Raised by the engine, or because this is to end: no reason to try again.
    (define (final? raised) (or (transparent? raised) (cancelled? raised)))

    ;;> (try-catch node handler)
    ;;> Runs node; when it raised, the node handler gets what was raised.
    (define (try-catch node handler)
      (check-nodes 'try-catch 1 (list node handler))
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
    (define (timeout seconds node 1 . late)
      (check-argument 'timeout 1 time? "a number of seconds" seconds)
      (check-nodes 'timeout 2 (cons node late))
      (define (timeout input)
        (define (expired)
          (if (pair? late)
              (call (car late) input)
              (raise-timeout (string-append (symbol->string (node-name node))
                                            " took longer than "
                                            (number->string seconds) " seconds")
                             seconds)))
        (if (in-flow?)
            ((with-deadline seconds
                            (lambda ()
                              (let ((value (call node input)))
                                (lambda () value)))
                            (lambda () expired)))
            (call node input)))
      timeout)

    ;;> (with-gas n node)
    ;;> Runs node with a budget: when (tick) is called, or a durable operation
    ;;> begins, more than n times in it, flow-timeout is raised there. The same
    ;;> every time.
    (define (with-gas n node)
      (check-argument 'with-gas 1 index? "an exact integer, 0 or more" n)
      (check-node 'with-gas 2 node)
      (define (with-gas input)
        (with-budget n (lambda () (call node input))))
      with-gas)

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
    (define (fail-reason failure)
      (check-argument 'fail-reason 1 failed? "what fail made" failure)
      (cadr failure))))

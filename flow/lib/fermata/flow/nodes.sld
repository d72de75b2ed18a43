;; Nodes and what joins them: procedures of one argument, the output of one
;; being the input of the next. Combinators take nodes and give a node; outside
;; a flow they are plain functions, so a node can be tried by calling it.
(define-library (fermata flow nodes)
  (export defflow sequence parallel map-flow branch retry try-catch
          flow-node flow-id flow-const
          step suspend
          fail failed? fail-reason
          find-flow flow-name-of with-flows)
  (import (scheme base)
          (only (fermata condition) make-condition)
          (fermata flow builtins) (fermata flow engine) (fermata flow raised))
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
    ;;> Each branch runs until it waits or ends, so several can wait at once.
    ;;> The first error ends the others.
    (define (parallel . nodes)
      (define (parallel input)
        (run-branches 'parallel (map node-name nodes)
                      (map (lambda (node) (lambda () (call node input))) nodes)))
      parallel)

    ;;> (map-flow node)
    ;;> A node that runs node on each element of a list, as parallel does.
    (define (map-flow node)
      (define (map-flow inputs)
        (run-branches 'map-flow (map (lambda (input) (node-name node)) inputs)
                      (map (lambda (input) (lambda () (call node input))) inputs)))
      map-flow)

    (define (run-branches name names thunks)
      (if (in-flow?)
          (fork name names thunks)
          (let loop ((thunks thunks) (results '()))
            (if (null? thunks)
                (reverse results)
                (loop (cdr thunks) (cons ((car thunks)) results))))))

    ;;> (branch predicate then [else])
    ;;> Runs then or else, as the predicate says of the input. Without else the
    ;;> input passes through.
    (define (branch predicate then . otherwise)
      (define (branch input)
        (cond ((call predicate input) (call then input))
              ((pair? otherwise) (call (car otherwise) input))
              (else input)))
      branch)

    ;;> (retry n node)
    ;;> Runs node again when it raised, at most n times in all; the last error
    ;;> is raised. A value made by fail is not an error.
    (define (retry n node)
      (define (retry input)
        (let attempt ((left n))
          (let ((outcome (try node input)))
            (cond ((eq? (car outcome) 'returned) (cdr outcome))
                  ((> left 1) (attempt (- left 1)))
                  (else (raise (cdr outcome)))))))
      retry)

    ;;> (try-catch node handler)
    ;;> Runs node; when it raised, the node handler gets what was raised.
    (define (try-catch node handler)
      (define (try-catch input)
        (let ((outcome (try node input)))
          (if (eq? (car outcome) 'returned)
              (cdr outcome)
              (call handler (cdr outcome)))))
      try-catch)

    (define (try node input)
      (guard (raised (#t (if (transparent? raised) (raise raised))
                         (cons 'raised raised)))
        (cons 'returned (call node input))))

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

    ;;> (step name thunk)
    ;;> Calls thunk, which may act on the world, and records what it returns: it
    ;;> never runs again after that. If the process dies in between it runs
    ;;> again, with the same (step-key).
    (define (step name thunk)
      (check-name "step" "name" name)
      (if (in-flow?) (call-step name thunk) (thunk)))

    ;;> (suspend tag)
    ;;> Waits, for years if need be, until somebody resumes the flow with a
    ;;> value, and returns that value. The process may end meanwhile.
    (define (suspend tag)
      (check-name "suspend" "tag" tag)
      (cond ((in-flow?) (wait tag))
            ((in-step?)
             (refuse (string-append "suspend: a step may not wait; do it before the step"
                                    " or after it")))
            (else
             (refuse (string-append "suspend: only a flow can wait; start one with"
                                    " (flow/start flow input)")))))

    (define (refuse message)
      (raise (make-condition 'flow-error message '())))))

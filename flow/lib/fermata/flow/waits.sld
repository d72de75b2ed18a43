;; What a flow may wait for, what is the same in every replay, and what it tells
;; and answers while it lives. In a flow each is an operation of its journal;
;; time and chance also work outside of one.
(define-library (fermata flow waits)
  (export suspend await-signal flow-sleep flow-sleep-until
          flow-now flow-random flow-uuid flow-version
          define-query define-update flow-attribute!)
  (import (scheme base) (scheme time)
          (fermata random)
          (fermata flow arguments)
          (fermata flow builtins) (fermata flow run) (fermata flow operation)
          (only (fermata sched) task-sleep with-deadline))
  (begin

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
    (define (await-signal name 2 . limit)
      (check-name "await-signal" "name" name)
      (if (pair? limit)
          (check-argument 'await-signal 2 time? "a number of seconds" (car limit)))
      (only-in-flow "await-signal")
      (if (null? limit)
          (receive-signal name)
          (with-deadline (car limit) (lambda () (receive-signal name))
                         (lambda () (and (pair? (cdr limit)) (cadr limit))))))

    ;;> (flow-sleep seconds)
    ;;> Waits so long; the process may end meanwhile.
    (define (flow-sleep seconds)
      (check-argument 'flow-sleep 1 time? "a number of seconds" seconds)
      (if (in-flow?) (sleep-for seconds) (task-sleep seconds)))

    ;;> (flow-sleep-until second)
    ;;> Waits until that time, in seconds since 1970.
    (define (flow-sleep-until second)
      (check-argument 'flow-sleep-until 1 time? "a number of seconds" second)
      (if (in-flow?)
          (sleep-until second)
          (task-sleep (max 0 (- second (current-second))))))

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
    (define (flow-random 1 . n)
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
      (check-argument 'flow-version 2 count? "an exact integer above 0" newest)
      (if (in-flow?) (version-of change newest) newest))

    ;;> (define-query name thunk)
    ;;> In a flow: from now on (flow/query id 'name) is what thunk returns, called
    ;;> between the events of the flow; it may look, but neither wait nor act.
    (define (define-query name thunk)
      (check-name "define-query" "name" name)
      (check-thunk 'define-query 2 thunk)
      (only-in-flow "define-query")
      (add-query! name thunk))

    ;;> (define-update name handler [check])
    ;;> In a flow: from now on (flow/update id 'name value) calls the handler with
    ;;> the value, as a task of the flow that may do all that a flow may; what it
    ;;> returns or raises is the answer, recorded once. check gets the value first:
    ;;> when it returns #f or raises, the request is refused and the flow sees
    ;;> nothing of it; it may look, but neither wait nor act.
    (define (define-update name handler 1 . check)
      (check-name "define-update" "name" name)
      (for-each (lambda (index procedure)
                  (check-argument 'define-update index procedure? "a procedure of a value"
                                  procedure))
                '(2 3) (cons handler check))
      (only-in-flow "define-update")
      (add-update! name handler (if (pair? check) (car check) (lambda (value) #t))))

    ;;> (flow-attribute! name value)
    ;;> In a flow: it can be found by that from now on, see flow/list; a later value
    ;;> of the same name takes the place of an earlier one.
    (define (flow-attribute! name value)
      (check-name "flow-attribute!" "name" name)
      (only-in-flow "flow-attribute!")
      (%flow-check-plain value "the attribute")
      (record-attribute! name value))))

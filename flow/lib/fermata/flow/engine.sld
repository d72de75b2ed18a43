;; The engine: lets events into a run, one at a time, when all its strands wait.
;;
;; The events of the history enter first, in its order; so a replay takes the
;; same turns as the first run did, and the continuations that a live run keeps
;; are only a cache of what the journal says. After the history, what was
;; recorded is committed, steps begin, and whatever comes in next enters: the
;; end of a step, an answer, a signal, the passing of time. When nothing can
;; come in soon the run is put down.
(define-library (fermata flow engine)
  (export begin-run continue-run look-at-run flow-patience stop-beginning! tell-parent)
  (import (scheme base)
          (only (fermata builtins)
                condition? condition-kind condition-message make-condition %dynamic)
          (fermata flow builtins) (fermata flow journals) (fermata flow guards) (fermata flow looks)
          (fermata flow commit) (fermata flow fifo) (fermata flow parents) (fermata flow operation) (fermata flow raised)
          (fermata flow run) (fermata flow arguments)
          (only (fermata random) set-random-stand-in!)
          (fermata sched) (only (fermata sched control) %task-tighten!))
  (begin

    ;;> (flow-patience)
    ;;> A parameter: for how many seconds a process waits for the next timer of a
    ;;> flow before it puts the flow down.
    (define flow-patience
      (make-parameter 5 (lambda (seconds)
                          (check-argument 'flow-patience 1 seconds? "a number of seconds" seconds)
                          seconds)))

    ;;> (begin-run journal node)
    ;;> The run of that journal's flow, at its beginning.
    (define (begin-run journal node)
      (set-random-stand-in! generator-here)
      (let* ((start (%flow-start journal))
             (run (make-run journal (vector-ref start 2) (vector-ref start 1)))
             (input (vector-ref start 0))
             (root (make-strand "0"))
             (place (place-of-task 'flow "the start of the flow" journal (strand-path root) 0
                                (%flow-name journal) run root #f)))
        (define (body)
          (parameterize ((current-place place))
            (set-run-leave! run (%dynamic))
            (let ((value
                   (with-exception-handler
                    (lambda (raised) (leave-run! run (cons 'raised raised)))
                    (lambda () (node input)))))
              (if (not (run-outcome run))
                  (set-run-outcome! run (cons 'returned value))))))
        (set-run-trunk! run root)
        (for-each (lambda (signal) (put-signal! run (car signal) (cadr signal)))
                  (vector-ref start 3))
        (set-run-root! run (task-spawn (run-scheduler run) body 'name 'flow))
        (set-strand-task! root (run-root run))
        run))

    ;; What the ordinary random procedures draw from in a flow.
    (define (generator-here)
      (let ((run (current-run)))
        (and run (not (eq? (node-state) 'acted)) (strand-random run (here)))))

    ;;> (continue-run run inbox)
    ;;> Runs a flow as far as it goes: (returned . value), (suspended tag ...),
    ;;> (mail tag ...) when it waits but something came in that the next owner
    ;;> must see, (cancelled . reason), (anew) when its history begins again, (stopped)
    ;;> when this process is about to end, or (handed-over) when another owner has it. An error of the flow is raised. inbox:
    ;;> letters that enter when the history is over.
    (define (continue-run run inbox)
      (let ((scheduler (run-scheduler run)))
        (set-run-outer! run (current-scheduler))
        (set-run-inbox! run inbox)
        (dynamic-wind
         begin-running!
         (lambda ()
           (guard (raised (#t (if (verdict? raised)
                                  (conclude run (verdict-value raised))
                                  (give-up run raised))))
             (task-spawn scheduler (lambda () (coordinate run)) 'name 'flow-engine)
             (scheduler-run scheduler)
             (raise (nothing-wakes run))))
         (lambda ()
           (end-running!)
           (forget-leaving! run)))))

    ;;> (look-at-run journal node)
    ;;> The run of a journal that is only read, where its history ends.
    (define (look-at-run journal node)
      (let* ((run (begin-run journal node))
             (scheduler (run-scheduler run)))
        (define (replay)
          (settle)
          (let ((event (%flow-next-event! journal)))
            (if event
                (begin (replay! run event) (replay))
                (begin
                  (%flow-ends-here journal)
                  (raise (make-verdict 'seen))))))
        (set-run-outer! run (current-scheduler))
        (%flow-watch! 1)
        (guard (raised (#t (%flow-watch! -1)
                           (if (not (verdict? raised)) (raise raised))
                           run))
          (task-spawn scheduler replay 'name 'flow-engine)
          (scheduler-run scheduler))))

    ;; What the engine's task ends with; its scheduler stops.
    (define-record-type <verdict> (make-verdict value) verdict?
      (value verdict-value))

    ;; ---- events

    (define (coordinate run)
      (settle)
      (let ((journal (run-journal run)))
        (cond ((run-outcome run) (raise (make-verdict 'ended)))
              ((%flow-next-event! journal)
               => (lambda (event)
                    (replay! run event)
                    (coordinate run)))
              (else
               (%flow-ends-here journal)
               (if (or (take-inbox! run) (take-ended-step! run))
                   (coordinate run)
                   (go-on run))))))

    ;; Stores whose worker here is about to end, so that no step of their flows begins any more,
    ;; each with a procedure that returns the owner to whom a flow is handed, or #f.
    (define stopping '())
    (define (stop-beginning! store next-heir)
      (set! stopping (if next-heir
                         (cons (cons store next-heir) stopping)
                         (let loop ((rest stopping))
                           (cond ((null? rest) '())
                                 ((eqv? (caar rest) store) (cdr rest))
                                 (else (cons (car rest) (loop (cdr rest)))))))))
    (define (stopping-of run)
      (and (pair? stopping) (assv (%flow-store-of (run-journal run)) stopping)))

    ;; Flows that are to be handed to another owner as soon as their steps have ended:
    ;; (run . owner) ...
    (define leaving '())
    (define (leaves? run) (or (stopping-of run) (assq run leaving)))
    (define (forget-leaving! run)
      (set! leaving (let loop ((rest leaving))
                      (cond ((null? rest) '())
                            ((eq? (caar rest) run) (loop (cdr rest)))
                            (else (cons (car rest) (loop (cdr rest))))))))
    (define (heir-of run)
      (cond ((assq run leaving) => cdr)
            ((stopping-of run) => (lambda (entry) ((cdr entry))))
            (else #f)))

    (define (go-on run)
      (let ((mail? (commit! run)))
        (cond ((and mail? (take-mail! run)) (coordinate run))
              ((and (not (fifo-empty? (run-launches run))) (not (leaves? run)))
               ;; When the answer was long on its way, another may have the flow by now.
               (if (%flow-overdue? (run-journal run))
                   (go-on run)
                   (begin (launch! run) (coordinate run))))
              ((take-completion! run) (coordinate run))
              ((run-outcome run) (coordinate run))
              ((pair? (run-begun run))
               (await-bell! run)
               (coordinate run))
              ((not (fifo-empty? (run-launches run))) (raise (make-verdict 'stopped)))
              ((leaves? run) (raise (make-verdict 'waits)))
              ((wait-for-timer run) (coordinate run))
              (else (raise (make-verdict 'waits))))))

    ;; #(event strand ordinal name value at)
    (define (replay! run event)
      (%flow-set-time! (run-scheduler run) (vector-ref event 5))
      (let ((path (vector-ref event 1)) (ordinal (vector-ref event 2))
            (name (vector-ref event 3)) (value (vector-ref event 4)))
        (case (vector-ref event 0)
          ((resumed step-result) (answer! run path ordinal (cons 'returned value)))
          ((step-failed)
           (answer! run path ordinal (cons 'raised (datum->raised value))))
          ((signalled) (put-signal! run name value))
          ((requested) (replay-update! run name value))
          ((cancelling) (cancel! run value)))))

    ;; value: (request datum)
    (define (replay-update! run name value)
      (let ((update (assq name (run-updates run))))
        (if (not update)
            (refuse-kind 'flow-mismatch "flow " (%flow-id (run-journal run))
                         " does not match its history\nhistory: an update " name
                         "\nprogram: has defined none of that name there"))
        (start-update! run (car value) update (cadr value))))

    (define (answer! run path ordinal outcome)
      (let ((wait (find-wait run path ordinal)))
        (and wait
             (begin (answer-wait! run wait outcome) wait))))

    (define (put-signal! run name value)
      (let ((wait (find-signal-wait run name)))
        (if wait
            (answer-wait! run wait (cons 'returned value))
            (fifo-put! (letters-of run name) value))))

    (define (letters-of run name)
      (let ((known (assq name (run-mailbox run))))
        (if known
            (cdr known)
            (let ((letters (make-fifo)))
              (set-run-mailbox! run (cons (cons name letters) (run-mailbox run)))
              letters))))

    (define (find-signal-wait run name)
      (let loop ((waits (run-waits run)))
        (cond ((null? waits) #f)
              ((and (eq? (wait-kind (car waits)) 'signal)
                    (eq? (wait-name (car waits)) name))
               (car waits))
              (else (loop (cdr waits))))))

    (define (cancel! run reason)
      (set-run-cancelled! run (list reason))
      (task-cancel (run-root run) reason))

    ;; ---- what is new

    (define (take-inbox! run)
      (and (pair? (run-inbox run))
           (let ((letter (car (run-inbox run))))
             (set-run-inbox! run (cdr (run-inbox run)))
             (or (let-in-letter run letter) (take-inbox! run)))))

    ;; letter: #(message kind strand ordinal name value), as the mail has them;
    ;; without a message it did not come by mail.
    (define (let-in-letter run letter)
      (let ((path (vector-ref letter 2)) (ordinal (vector-ref letter 3))
            (name (vector-ref letter 4)) (value (vector-ref letter 5)))
        (if (vector-ref letter 0)
            (%flow-consume! (run-journal run) (vector-ref letter 0)))
        (case (vector-ref letter 1)
          ((cancel)
           (if (not (run-cancelled run))
               (begin
                 (event! run 'cancelling "0" 0 (%flow-name (run-journal run)) value)
                 (cancel! run value)))
           #t)
          ((signal)
           (event! run 'signalled "0" 0 name value)
           (put-signal! run name value)
           #t)
          ((update)
           (take-update! run (vector-ref letter 0) name value)
           #t)
          ((handoff)
           (set! leaving (cons (cons run value) leaving))
           #t)
          (else
           (let ((wait (find-wait run path ordinal)))
             (cond ((not wait) #f)
                   ((wait-again wait) (end-doubt! run wait value) #t)
                   (else
                    (event! run 'resumed path ordinal (wait-name wait) value)
                    (answer-wait! run wait (cons 'returned value))
                    #t)))))))

    ;; A step in doubt is told what to do: retry, fail, (fail why) or (result VALUE).
    (define (end-doubt! run wait answer)
      (let* ((strand (wait-strand wait)) (ordinal (wait-ordinal wait))
             (path (strand-path strand)) (name (wait-name wait)))
        (cond ((eq? answer 'retry)
               (record! run 'step-intent strand ordinal name 0)
               (launch-later! run wait (wait-again wait))
               (set-wait-again! wait #f))
              ((and (pair? answer) (eq? (car answer) 'result))
               (event! run 'step-result path ordinal name (cadr answer))
               (answer-wait! run wait (cons 'returned (cadr answer))))
              (else
               (let ((problem
                      (make-condition
                       'flow-error
                       (if (pair? answer)
                           (written (cadr answer))
                           (string-append "step " (symbol->string name)
                                          " was in doubt, and has failed"))
                       '())))
                 (event! run 'step-failed path ordinal name (condition->datum problem))
                 (answer-wait! run wait (cons 'raised problem)))))))

    ;; A request enters, or is refused: then the flow sees nothing of it.
    (define (take-update! run request name value)
      (let* ((update (assq name (run-updates run)))
             (refusal
              (guard (raised (#t raised))
                (cond ((not update)
                       (refuse (%flow-id (run-journal run)) " takes no update " name))
                      ((not (parameterize ((current-place
                                            (asked-place "the check of an update"
                                                         (run-journal run) "0" name #f #f)))
                              ((list-ref update 2) value)))
                       (refuse "the update " name " was refused: " (written value)))
                      (else #f)))))
        (if refusal
            (reply-to! run request name (cons 'raised refusal))
            (begin
              (event! run 'requested "0" 0 name (list request value))
              (start-update! run request update value)))))

    ;; Takes the first letter that matters; answers to nothing lapse. Those behind it
    ;; enter in the turns that follow, before the next commit, which is then one for
    ;; all of them; and the store is not asked for the same letters again and again.
    (define (take-mail! run)
      (set-run-inbox! run (%flow-mail (run-journal run)))
      (take-inbox! run))

    ;; ---- steps

    ;; Steps run as tasks of the scheduler around the flow, all at once.
    (define (launch! run)
      (let ((launches (fifo-take-all! (run-launches run))))
        (for-each
         (lambda (launch)
           (let ((wait (car launch)) (thunk (cdr launch)))
             (set-run-begun! run (cons wait (run-begun run)))
             (set-wait-begun?! wait #t)
             (set-wait-work!
              wait
              (task-spawn (run-outer run)
                          (lambda ()
                            (set-wait-turn?! wait #t)
                            (set-wait-ended! wait (list (thunk)))
                            (ring! run))
                          'name (wait-name wait)))))
         launches)))

    ;; Steps run in another scheduler, whose tasks switch at any time; so they only say
    ;; in their wait that they ended, and what the run keeps is changed here alone.
    (define (collect-ended! run)
      (if (and (fifo-empty? (run-completions run)) (pair? (run-begun run)))
          (collect-from! run (reverse (run-begun run)))))

    (define (collect-from! run begun)
      (let loop ((waits begun) (begun '()))
        (cond ((null? waits) (set-run-begun! run begun))
              ((not (wait-ended (car waits))) (loop (cdr waits) (cons (car waits) begun)))
              (else
               (let ((wait (car waits)) (outcome (car (wait-ended (car waits)))))
                 (set-wait-work! wait #f)
                 (if (and outcome (not (transparent-outcome! run outcome)))
                     (fifo-put! (run-completions run) (cons wait outcome)))
                 (loop (cdr waits) begun))))))

    ;; Steps that have ended enter before the commit: one sync serves all of them. The end
    ;; of a node does not: nodes act in the flow's own turns, so each is safe before the next.
    (define (take-ended-step! run)
      (let ((completions (run-completions run)))
        (collect-ended! run)
        (and (not (fifo-empty? completions))
             (wait-begun? (car (car (fifo-list completions))))
             (take-completion! run))))

    ;; The end of a step or node enters. One that was withdrawn meanwhile has none.
    (define (take-completion! run)
      (let ((completions (run-completions run)))
        (collect-ended! run)
        (and (not (fifo-empty? completions))
             (let* ((entry (fifo-take! completions))
                    (wait (car entry)) (outcome (cdr entry)))
               (if (run-waits-for? run wait)
                   (let ((path (strand-path (wait-strand wait))))
                     (if (eq? (car outcome) 'returned)
                         (event! run (if (eq? (wait-kind wait) 'child)
                                         'resumed
                                         'step-result)
                                 path (wait-ordinal wait)
                                 (wait-name wait) (cdr outcome))
                         (event! run 'step-failed path (wait-ordinal wait)
                                 (wait-name wait) (condition->datum (cdr outcome))))
                     (answer-wait! run wait outcome)
                     #t)
                   (take-completion! run))))))

    ;; ---- time

    ;; The next timer of the flow is due, or will be soon: time passes.
    (define (wait-for-timer run)
      (let ((due (%flow-next-timer (run-scheduler run))))
        (and due
             (let ((left (- due (%flow-now (run-outer run)))))
               (and (<= left (* 1000 (flow-patience)))
                    (begin
                      (if (> left 0) (sleep-outside run (/ left 1000)))
                      (if (>= (%flow-now (run-outer run)) due)
                          (event! run 'clock "0" 0 (%flow-name (run-journal run))
                                  (if #f #f)))
                      #t))))))

    (define (sleep-outside run seconds)
      (task-spawn (run-outer run)
                  (lambda ()
                    (task-sleep seconds)
                    (ring! run)))
      (await-bell! run))

    ;; ---- the end

    (define (conclude run verdict)
      (let ((outcome (run-outcome run)))
        (cond ((eq? verdict 'waits) (put-down run))
              ((eq? verdict 'stopped)
               (let ((heir (heir-of run)))
                 (%flow-put-down! (run-journal run) heir)
                 (if heir '(handed-over) '(stopped))))
              ((and (eq? (car outcome) 'raised) (transparent? (cdr outcome)))
               (give-up run (cdr outcome)))
              (else
               (guard (raised (#t (give-up run raised)))
                 (finish run outcome))))))

    (define (finish run outcome)
      (let ((journal (run-journal run)))
        (%flow-ends-here journal)
        (cond ((run-cancelled run)
               => (lambda (reason)
                    (close-flow! run 'cancelled 'cancelled (car reason))
                    (cons 'cancelled (car reason))))
              ((eq? (car outcome) 'raised) (raise (cdr outcome)))
              ((eq? (car outcome) 'anew)
               (%flow-restart! journal (cdr outcome) (unreceived run)
                               (%flow-now (run-outer run)))
               '(anew))
              (else
               (%flow-check-plain (cdr outcome) "the result of the flow")
               (close-flow! run 'finished 'finished (cdr outcome))
               outcome))))

    ;; Signals that came and were not asked for: (name value) ...
    (define (unreceived run)
      (let letters ((rest (run-mailbox run)))
        (if (null? rest)
            '()
            (append (map (lambda (value) (list (caar rest) value)) (fifo-list (cdar rest)))
                    (letters (cdr rest))))))

    ;; The flow waits: its process may end now.
    (define (put-down run)
      (if (not (waits-for-something? run)) (give-up run (nothing-wakes run)))
      ;; It may wait for long, with thousands of others.
      (%task-tighten! (run-root run))
      (for-each (lambda (wait) (%task-tighten! (strand-task (wait-strand wait))))
                (run-waits run))
      (let* ((tags (waiting-tags run))
             (mail? (settle-flow! run 'suspended (joined tags)
                                  (or (%flow-next-timer (run-scheduler run)) 0))))
        (cons (if mail? 'mail 'suspended) tags)))

    (define (waits-for-something? run)
      (or (pair? (run-waits run)) (pair? (run-updates run))
          (%flow-next-timer (run-scheduler run))))

    (define (nothing-wakes run)
      (make-condition 'stuck
                      (string-append "flow " (symbol->string (%flow-id (run-journal run)))
                                     " waits for what nothing in it will do")
                      '()))

    (define (waiting-tags run)
      (let ((tags (map wait-name (run-waits run))))
        (cond ((pair? tags) tags)
              ((%flow-next-timer (run-scheduler run)) '(sleep))
              (else (map car (run-updates run))))))

    (define (joined tags)
      (let loop ((tags tags) (text ""))
        (cond ((null? tags) text)
              ((string=? text "") (loop (cdr tags) (symbol->string (car tags))))
              (else (loop (cdr tags)
                          (string-append text ", " (symbol->string (car tags))))))))

    (define (close-flow! run status event value)
      (let ((journal (run-journal run)))
        (tell-parent journal (if (eq? event 'finished) 'returned event) value)
        (%flow-record! journal event "0" 0 (%flow-name journal) 0 value)
        (settle-flow! run status "" 0)))

    ;; Whatever ended the run early: what the store is told, and then raised
    ;; again.
    (define (give-up run raised)
      (let* ((journal (run-journal run))
             (problem (%flow-problem journal)))
        (stop-steps run)
        (cond ((or problem
                   (and (condition? raised) (eq? (condition-kind raised) 'flow-mismatch)))
               (%flow-stuck! journal (or problem (condition-message raised))))
              ((transparent? raised) (%flow-put-down! journal #f))
              (else
               (tell-parent journal 'raised (condition->datum raised))
               (%flow-record! journal 'failed "0" 0 (%flow-name journal) 0
                              (condition->datum raised))
               (%flow-settle! journal 'failed "" 0)))
        (raise raised)))

    ;; Before the flow is closed, so that nothing in between can lose it; whoever
    ;; waits recognises a second letter. A parent that is over needs none.
    (define (tell-parent journal how value)
      (let ((parent (and (not (hint-end! journal)) (%flow-parent journal))))
        (if (remote-parent? parent) (keep-end! journal parent how value))
        (if (and parent (not (remote-parent? parent)))
            (guard (raised ((and (condition? raised)
                                 (eq? (condition-kind raised) 'flow-error))
                            #f))
              (%flow-deliver! (%flow-store-of journal) (list-ref parent 0) 'answer
                              (string-append "child:" (symbol->string (%flow-id journal)))
                              (list-ref parent 1) (list-ref parent 2)
                              (%flow-name journal) (list how value))))))

    (define (stop-steps run)
      (for-each (lambda (wait)
                  (if (wait-work wait) (task-cancel (wait-work wait) 'flow-over)))
                (run-waits run)))))

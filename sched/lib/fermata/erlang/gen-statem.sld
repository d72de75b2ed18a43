;; gen-statem: a state machine with postponed events, inserted events and timeouts.
;;
;; A module has (init arg) -> (ok state data [action ...]) and either a procedure for each
;; state, a symbol, of that name: (state type content data); or (handle-event type content
;; state data) for all of them. Types: (call from), cast, info, internal, timeout,
;; state-timeout, (timeout name), enter (when state-enter is #t in the module's options).
;; They return
;;   (next-state state data action ...)   (keep-state data action ...)
;;   (keep-state-and-data action ...) or keep-state-and-data
;;   (repeat-state data action ...)       (stop reason [data])
;;   (stop-and-reply reason replies [data])
;; with the actions
;;   postpone                        the event comes again once the state has changed
;;   (next-event type content)       before what waits in the queue
;;   (state-timeout ms content)      unless the state changes before
;;   (timeout ms content)            unless any event comes before
;;   ((timeout name) ms content)     in any case; ms infinity or cancel ends any of these
;;   (reply from value)
(define-library (fermata erlang gen-statem)
  (export gen-statem-start gen-statem-start-link gen-statem-call gen-statem-cast
          gen-statem-stop)
  (import (scheme base) (scheme cxr) (fermata erlang process)
          (fermata erlang fields) (fermata erlang reason) (fermata erlang info)
          (fermata erlang receive) (fermata erlang timer) (fermata erlang gen)
          (fermata erlang gen-server))
  (begin

    (define-record-type <machine>
      (make-machine module parent enter? state data queue postponed timers)
      machine?
      (module machine-module)
      (parent machine-parent)
      (enter? machine-enter?)
      (state machine-state set-machine-state!)
      (data machine-data set-machine-data!)
      (queue machine-queue set-machine-queue!)              ; events before the mailbox
      (postponed machine-postponed set-machine-postponed!)  ; newest first
      (timers machine-timers set-machine-timers!))          ; alist: kind -> reference

    (define (option options name default)
      (cond ((null? options) default)
            ((eq? (car options) name) (cadr options))
            (else (option (cddr options) name default))))

    (define (start link? module arg options)
      (let ((parent (and link? (self))))
        (gen-start link? (option options 'name #f) (option options 'timeout 'infinity)
                   (lambda (answer)
                     (serve-from-start module arg parent
                                       (option options 'state-enter #f) answer)))))

    ;;> (gen-statem-start module arg option value ...)
    ;;> Starts a state machine; (ok process), ignore or (error reason). Options: name;
    ;;> timeout, of init in ms; state-enter, #t for enter events.
    (define (gen-statem-start module arg . options) (start #f module arg options))

    ;;> (gen-statem-start-link module arg option value ...)
    ;;> The same, linked to the process that starts it.
    (define (gen-statem-start-link module arg . options) (start #t module arg options))

    ;;> (gen-statem-call machine request [timeout])
    ;;> The reply to the event ((call from) request); exits like gen-server-call.
    (define (gen-statem-call machine request 1 . timeout)
      (gen-call 'gen-statem-call machine '$gen-call request
                (if (pair? timeout) (car timeout) 'infinity)))

    ;;> (gen-statem-cast machine request)
    ;;> Sends the event (cast request); ok.
    (define (gen-statem-cast machine request) (gen-cast machine request))

    ;;> (gen-statem-stop machine [reason [timeout]])
    ;;> Has it end with that reason and waits for that.
    (define (gen-statem-stop machine 2 . rest)
      (apply gen-server-stop machine rest))

    ;; ---- events: pairs (type . content)

    (define (serve-from-start module arg parent enter? answer)
      (define (give-up result reason)
        (let ((name (process-name (self))))
          (if name (unregister name)))
        (answer result)
        (exit reason))
      (let ((result (call-with-catch
                     (lambda () ((callback module 'init) arg))
                     (lambda (class reason)
                       (if (eq? class 'throw)
                           reason
                           (give-up (list 'error reason) reason))))))
        (cond ((eq? result 'ignore) (give-up 'ignore 'normal))
              ((and (list? result) (>= (length result) 3) (eq? (car result) 'ok))
               (let ((m (make-machine module parent enter? (cadr result) (caddr result)
                                      '() '() '())))
                 (answer (list 'ok (self)))
                 (run m (cdddr result))))
              ((and (pair? result) (eq? (car result) 'stop))
               (give-up (list 'error (cadr result)) (cadr result)))
              (else
               (let ((reason (list 'bad-return-from-init result)))
                 (give-up (list 'error reason) reason))))))

    (define (run m actions)
      (let* ((end (guard (obj (#t (list (raise->reason obj) obj)))
                    (list (begin-with m actions) #f)))
             (terminate (callback-or (machine-module m) 'terminate #f))
             (reason (car end)))
        (if terminate (terminate reason (machine-state m) (machine-data m)))
        (cond ((cadr end) => raise)
              ((not (eq? reason 'normal)) (exit reason)))))

    ;; These return the reason of a stop.
    (define (begin-with m actions)
      (set-machine-queue! m (take-actions! m actions #f))
      (if (machine-enter? m)
          (enter m (machine-state m))
          (next-event m)))

    (define (next-event m)
      (let ((queue (machine-queue m)))
        (if (pair? queue)
            (begin
              (set-machine-queue! m (cdr queue))
              (handle m (car queue)))
            (receive (message (handle-message m message))))))

    (define (handle-message m message)
      (if (and (pair? message) (pair? (cdr message)))
          (case (car message)
            (($gen-call)
             (handle m (cons (list 'call (cadr message)) (caddr message))))
            (($gen-cast) (handle m (cons 'cast (cadr message))))
            (($system)
             (handle-system (machine-module m) (cadr message) (caddr message)
                            (list (machine-state m) (machine-data m))
                            (lambda (pair)
                              (set-machine-state! m (car pair))
                              (set-machine-data! m (cadr pair))
                              (next-event m))
                            (lambda (reason pair) reason)))
            ((timeout) (handle-timeout m message))
            ((EXIT)
             (if (and (machine-parent m) (eq? (cadr message) (machine-parent m)))
                 (caddr message)
                 (handle m (cons 'info message))))
            (else (handle m (cons 'info message))))
          (handle m (cons 'info message))))

    ;; One of our timers, whose message is (machine . content); or one that was cancelled
    ;; when its message was under way; or somebody else's.
    (define (handle-timeout m message)
      (let ((found (find-timer m (cadr message))))
        (cond (found
               (set-machine-timers! m (without found (machine-timers m)))
               (handle m (cons (car found) (cdr (caddr message)))))
              ((and (reference? (cadr message)) (pair? (cddr message))
                    (pair? (caddr message)) (eq? (car (caddr message)) m))
               (next-event m))
              (else (handle m (cons 'info message))))))

    (define (find-timer m ref)
      (let loop ((timers (machine-timers m)))
        (cond ((null? timers) #f)
              ((eq? (cdar timers) ref) (car timers))
              (else (loop (cdr timers))))))

    (define (without entry timers)
      (cond ((null? timers) '())
            ((eq? (car timers) entry) (cdr timers))
            (else (cons (car timers) (without entry (cdr timers))))))

    ;; ---- one event

    (define (call-state m type content)
      (let* ((module (machine-module m)) (state (machine-state m))
             (all (callback-or module 'handle-event #f)))
        (if all
            (all type content state (machine-data m))
            ((callback module (if (pair? state) (car state) state))
             type content (machine-data m)))))

    (define (handle m event)
      (cancel-timer! m 'timeout)
      (finish m event (call-state m (car event) (cdr event))))

    (define (timer-type? type)
      (or (memq type '(timeout state-timeout))
          (and (pair? type) (eq? (car type) 'timeout))))

    (define (enter m old)
      (finish m #f (call-state m 'enter old)))

    ;; event: #f for an enter call.
    (define (finish m event result)
      (define (bad) (exit (list 'bad-return-from-state-function result)))
      (define (stay data actions)
        (set-machine-data! m data)
        (after-actions m event actions))
      (cond ((eq? result 'keep-state-and-data) (stay (machine-data m) '()))
            ((not (and (list? result) (pair? result))) (bad))
            (else
             (case (car result)
               ((next-state)
                (let ((old (machine-state m)) (new (cadr result)))
                  (set-machine-data! m (caddr result))
                  (if (equal? old new)
                      (after-actions m event (cdddr result))
                      (change-state m event old new (cdddr result)))))
               ((repeat-state)
                (set-machine-data! m (cadr result))
                (change-state m event (machine-state m) (machine-state m) (cddr result)))
               ((keep-state) (stay (cadr result) (cddr result)))
               ((keep-state-and-data) (stay (machine-data m) (cdr result)))
               ((stop)
                (if (pair? (cddr result)) (set-machine-data! m (caddr result)))
                (cadr result))
               ((stop-and-reply)
                (for-each (lambda (reply) (gen-reply (cadr reply) (caddr reply)))
                          (caddr result))
                (if (pair? (cdddr result)) (set-machine-data! m (car (cdddr result))))
                (cadr result))
               (else (bad))))))

    (define (after-actions m event actions)
      (set-machine-queue! m (append (take-actions! m actions event)
                                    (machine-queue m)))
      (next-event m))

    ;; Events of next-event come first, then postponed ones, then those that were to come.
    (define (change-state m event old new actions)
      (set-machine-state! m new)
      (cancel-timer! m 'state-timeout)
      (let ((inserted (take-actions! m actions event))
            (again (reverse (machine-postponed m))))
        (set-machine-postponed! m '())
        (set-machine-queue! m (append inserted again (machine-queue m))))
      (if (machine-enter? m) (enter m old) (next-event m)))

    ;; ---- actions

    ;; Returns the events that they insert.
    (define (take-actions! m actions event)
      (let loop ((actions (one-by-one actions)) (inserted '()))
        (if (null? actions)
            (reverse inserted)
            (let ((action (car actions)))
              (define (go-on) (loop (cdr actions) inserted))
              (cond ((eq? action 'hibernate) (go-on))
                    ((or (eq? action 'postpone) (equal? action '(postpone #t)))
                     (if event
                         (set-machine-postponed! m (cons event (machine-postponed m))))
                     (go-on))
                    ((equal? action '(postpone #f)) (go-on))
                    ((not (pair? action)) (exit (list 'bad-action action)))
                    ((eq? (car action) 'next-event)
                     (loop (cdr actions)
                           (cons (cons (cadr action) (caddr action)) inserted)))
                    ((eq? (car action) 'reply)
                     (gen-reply (cadr action) (caddr action))
                     (go-on))
                    ((timer-type? (car action))
                     (set-timer! m (car action) (cdr action))
                     (go-on))
                    (else (exit (list 'bad-action action))))))))

    ;; Actions may come as one list of them, as in Erlang.
    (define (one-by-one actions)
      (cond ((null? actions) '())
            ((null? (car actions)) (one-by-one (cdr actions)))
            ((and (pair? (car actions)) (pair? (caar actions))
                  (not (named-timer? (caar actions))))
             (append (car actions) (one-by-one (cdr actions))))
            (else (cons (car actions) (one-by-one (cdr actions))))))

    (define (named-timer? type)
      (and (eq? (car type) 'timeout) (null? (cddr type))))

    (define (find-kind m kind) (assoc kind (machine-timers m)))

    (define (cancel-timer! m kind)
      (let ((found (find-kind m kind)))
        (if found
            (begin
              (cancel-timer (cdr found))
              (set-machine-timers! m (without found (machine-timers m)))))))

    (define (set-timer! m kind rest)
      (cancel-timer! m kind)
      (let ((ms (car rest)) (content (if (pair? (cdr rest)) (cadr rest) kind)))
        (if (not (memq ms '(infinity cancel)))
            (set-machine-timers!
             m (cons (cons kind (start-timer ms (self) (cons m content)))
                     (machine-timers m))))))))

;; What servers have in common: modules of callbacks, starting, calls, system messages.
;;
;; A request is ($gen-call from request) or ($gen-cast request), where from is (process
;; reference); the reply is (reference value), sent to an alias, so that a late one comes to
;; nobody.
(define-library (fermata erlang gen)
  (export gen-call gen-cast gen-reply gen-stop gen-start resolve-server
          callback callback-or
          handle-system sys-get-state sys-replace-state sys-suspend sys-resume
          sys-change-code unwrap-reason)
  (import (scheme base) (fermata sched)
          (fermata erlang process) (fermata erlang reason)
          (fermata erlang receive) (fermata erlang info) (fermata erlang code))
  (begin

    ;; ---- asking

    ;; The process that is meant, or #f.
    (define (resolve-server server)
      (cond ((process? server) (and (process-alive? server) server))
            ((symbol? server)
             (let ((p (whereis server)))
               (and (process? p) p)))
            (else #f)))

    ;; Sends (tag from request) and waits for the reply; exits when there is none.
    (define (gen-call who server tag request timeout)
      (define (fail reason) (exit (list reason (list who server request))))
      (let ((p (resolve-server server)))
        (if (not p) (fail 'noproc))
        (if (eq? p (self)) (fail 'calling-self))
        (let ((ref (begin-call p)))
          (! p (list tag (list (self) ref) request))
          (receive
            (((== ref) value) (end-call ref) value)
            (('DOWN (== ref) _ _ reason) (fail reason))
            ;; The reply may have come just now.
            (after timeout
              (end-call ref)
              (receive (((== ref) value) value) (after 0 (fail 'timeout))))))))

    (define (gen-cast server request)
      (let ((p (if (symbol? server) (resolve-server server) server)))
        (if p (! p (list '$gen-cast request)))
        'ok))

    ;;> (gen-reply from value)
    ;;> Answers the call that from, as handle-call got it, stands for.
    (define (gen-reply from value)
      (send-reply (cadr from) (list (cadr from) value))
      'ok)

    (define (gen-stop who server reason timeout)
      (gen-call who server '$system (list 'terminate reason) timeout))

    ;; ---- starting

    ;; A process that calls (begin answer), which calls (answer value) when it is ready or
    ;; will not be. The value; or (error reason) when it ends before. timeout in ms.
    (define (gen-start link? name timeout begin)
      (let ((taken (and name (whereis name))))
        (if (process? taken)
            (list 'error (list 'already-started taken))
            (let-values (((p ref)
                          (spawn-with-reference
                           (lambda (ref) (start-here ref name begin)) link?)))
              (receive
                (((== ref) value) (demonitor ref 'flush) value)
                (('DOWN (== ref) _ _ reason) (list 'error reason))
                (after timeout
                  (unlink p)
                  (exit p 'kill)
                  (demonitor ref 'flush)
                  (receive (((== ref) _) #t) (after 0 #t))
                  (list 'error 'timeout)))))))

    (define (start-here ref name begin)
      (define (answer value) (send-reply ref (list ref value)))
      (let ((taken (and name (whereis name))))
        (if (process? taken)
            (answer (list 'error (list 'already-started taken)))
            (begin-named name (lambda () (begin answer))))))
    (define (begin-named name thunk)
      (if name (register name (self)))
      (thunk))

    ;; ---- callbacks: a module, or the name of one that code-load keeps

    ;; The procedure, of the newest version when there are several; an error without it.
    (define (callback module name)
      (or (callback-or module name #f)
          (refuse "gen" 'undef (list module name))))
    (define (callback-or module name default)
      (module-ref (if (symbol? module) (code-module "gen" module) module)
                  name default))

    ;; ---- system messages

    (define (sys who server request timeout)
      (gen-call who server '$system request timeout))

    ;;> (sys-get-state server)
    ;;> The state of a server that (fermata erlang) started.
    (define (sys-get-state server) (sys 'sys-get-state server '(get-state) 5000))

    ;;> (sys-replace-state server proc)
    ;;> Makes what proc returns for the state the state, and returns it.
    (define (sys-replace-state server proc)
      (sys 'sys-replace-state server (list 'replace-state proc) 5000))

    ;;> (sys-suspend server)
    ;;> The server answers system messages only, until sys-resume.
    (define (sys-suspend server) (sys 'sys-suspend server '(suspend) 5000))
    ;;> (sys-resume server)
    ;;> Ends what sys-suspend began.
    (define (sys-resume server) (sys 'sys-resume server '(resume) 5000))

    ;;> (sys-change-code server module old-version extra)
    ;;> Has a suspended server turn its state into that of a new version of its module: by
    ;;> (code-change old-version state extra), which returns (ok state).
    (define (sys-change-code server module old-version extra)
      (sys 'sys-change-code server (list 'change-code module old-version extra)
           5000))

    ;; Serves a system message; (next state) goes on, (stop reason state) ends. While
    ;; suspended this loop receives system messages alone.
    (define (handle-system module from request state next stop)
      (let serve ((from from) (request request) (state state) (suspended? #f))
        (define (go-on value state suspended?)
          (gen-reply from value)
          (if suspended?
              (receive (('$system from request) (serve from request state #t)))
              (next state)))
        (case (car request)
          ((get-state) (go-on state state suspended?))
          ((replace-state)
           (let ((new ((cadr request) state))) (go-on new new suspended?)))
          ((suspend) (go-on 'ok state #t))
          ((resume) (go-on 'ok state #f))
          ((terminate)
           (gen-reply from 'ok)
           (stop (cadr request) state))
          ((change-code)
           (let ((result ((callback module 'code-change)
                          (list-ref request 2) state (list-ref request 3))))
             (if (and (pair? result) (eq? (car result) 'ok))
                 (go-on 'ok (cadr result) suspended?)
                 (go-on (list 'error result) state suspended?))))
          (else (go-on '(error unknown-request) state suspended?)))))

    ;; normal, shutdown and (shutdown . detail) are no failures.
    (define (unwrap-reason reason)
      (if (and (pair? reason) (eq? (car reason) 'shutdown)) 'shutdown reason))))

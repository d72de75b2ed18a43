;; gen-server: a process that keeps a state and serves calls, casts and messages by the
;; callbacks of a module.
;;
;;   (init arg)                       -> (ok state [next]), ignore, (stop reason), (error why)
;;   (handle-call request from state) -> (reply value state [next]), (noreply state [next]),
;;                                       (stop reason value state), (stop reason state)
;;   (handle-cast request state)      -> (noreply state [next]), (stop reason state)
;;   (handle-info message state)      the same; next is a timeout in ms, after which the
;;                                    message timeout comes, or (continue term)
;;   (handle-continue term state)     the same
;;   (terminate reason state)         before it ends; (code-change version state extra)
(define-library (fermata erlang gen-server)
  (export gen-server-start gen-server-start-link gen-server-call gen-server-cast
          gen-server-stop)
  (import (scheme base) (scheme cxr) (fermata erlang process)
          (fermata erlang fields) (fermata erlang reason) (fermata erlang info)
          (fermata erlang receive) (fermata erlang gen) (fermata erlang code))
  (begin

    ;; The state lies in the record where an error finds it.
    (define-record-type <server>
      (make-server module fixed parent state)
      server?
      (module server-module)
      ;; handle-call of a module that nothing loads anew, or #f: looked up each time.
      (fixed server-fixed)
      (parent server-parent)
      (state server-state set-server-state!))

    (define (option options name default)
      (cond ((null? options) default)
            ((eq? (car options) name) (cadr options))
            (else (option (cddr options) name default))))

    (define (start link? module arg options)
      (let ((parent (and link? (self))))
        (gen-start link? (option options 'name #f) (option options 'timeout 'infinity)
                   (lambda (answer) (serve-from-start module arg parent answer)))))

    ;;> (gen-server-start module arg option value ...)
    ;;> Starts a server whose state (init arg) gives; (ok process), ignore or (error
    ;;> reason). Options: name, a symbol to register; timeout, of init in ms.
    (define (gen-server-start module arg . options) (start #f module arg options))

    ;;> (gen-server-start-link module arg option value ...)
    ;;> The same, linked to the process that starts it, its parent.
    (define (gen-server-start-link module arg . options)
      (start #t module arg options))

    ;;> (gen-server-call server request [timeout])
    ;;> The reply to the request, within 5000 ms or timeout. Exits with (reason (...))
    ;;> when the server ends before or does not exist (noproc), or with (timeout (...)).
    (define (gen-server-call server request 1 . timeout)
      (gen-call 'gen-server-call server '$gen-call request
                (if (pair? timeout) (car timeout) 5000)))

    ;;> (gen-server-cast server request)
    ;;> Sends a request without reply; ok, whether or not the server exists.
    (define (gen-server-cast server request) (gen-cast server request))

    ;;> (gen-server-stop server [reason [timeout]])
    ;;> Has it end with that reason, normal at first, and waits for that.
    (define (gen-server-stop server 2 . rest)
      (let* ((p (resolve-server server))
             (reason (if (pair? rest) (car rest) 'normal))
             (timeout (if (and (pair? rest) (pair? (cdr rest))) (cadr rest) 'infinity)))
        (if (not p) (exit 'noproc))
        (let ((ref (monitor p)))
          (gen-stop 'gen-server-stop p reason timeout)
          (receive
            (('DOWN (== ref) _ _ why) (if (equal? why reason) 'ok (exit why)))
            (after timeout (demonitor ref 'flush) (exit 'timeout))))))

    ;; ---- the process

    (define (serve-from-start module arg parent answer)
      (define (refuse-to-start result reason)
        (unregister-self)
        (answer result)
        (exit reason))
      (let ((result (call-with-catch
                     (lambda () ((callback module 'init) arg))
                     (lambda (class reason)
                       (if (eq? class 'throw)
                           reason
                           (refuse-to-start (list 'error reason) reason))))))
        (cond ((eq? result 'ignore) (refuse-to-start 'ignore 'normal))
              ((not (pair? result)) (bad-return refuse-to-start result))
              ((eq? (car result) 'ok)
               (let ((server (make-server module
                                           (and (module? module)
                                                (callback-or module 'handle-call #f))
                                           parent (cadr result))))
                 (answer (list 'ok (self)))
                 (run server (cddr result))))
              ((eq? (car result) 'stop)
               (refuse-to-start (list 'error (cadr result)) (cadr result)))
              ((eq? (car result) 'error)
               (refuse-to-start result 'normal))
              (else (bad-return refuse-to-start result)))))

    (define (bad-return refuse-to-start result)
      (let ((reason (list 'bad-return-value result)))
        (refuse-to-start (list 'error reason) reason)))

    (define (unregister-self)
      (let ((name (process-name (self))))
        (if name (unregister name))))

    ;; What a callback raises ends the server, after terminate.
    (define (run server next)
      (let ((end (guard (obj (#t (list (raise->reason obj) obj)))
                   (list (loop server next) #f))))
        (let ((terminate (callback-or (server-module server) 'terminate #f))
              (reason (car end)))
          (if terminate (terminate reason (server-state server)))
          (cond ((cadr end) => raise)
                ((not (eq? reason 'normal)) (exit reason))))))

    ;; Returns the reason of a stop.  next: () or a list of a timeout or (continue term).
    (define (loop server next)
      (cond ((null? next)
             (receive (message (dispatch server message))))
            ((and (pair? (car next)) (eq? (caar next) 'continue))
             (after-callback server
                             ((callback (server-module server) 'handle-continue)
                              (cadar next) (server-state server))
                             #f))
            (else
             (receive
               (message (dispatch server message))
               (after (if (eq? (car next) 'hibernate) 'infinity (car next))
                 (inform server 'timeout))))))

    (define (dispatch server message)
      (if (and (pair? message) (pair? (cdr message)))
          (case (car message)
            (($gen-call)
             (let ((from (cadr message)))
               (after-callback server
                               ((or (server-fixed server)
                                    (callback (server-module server) 'handle-call))
                                (caddr message) from (server-state server))
                               from)))
            (($gen-cast)
             (after-callback server
                             ((callback (server-module server) 'handle-cast)
                              (cadr message) (server-state server))
                             #f))
            (($system)
             (handle-system (server-module server) (cadr message)
                            (caddr message) (server-state server)
                            (lambda (state)
                              (set-server-state! server state)
                              (loop server '()))
                            (lambda (reason state) reason)))
            ((EXIT)
             (if (and (server-parent server) (eq? (cadr message) (server-parent server)))
                 (caddr message)
                 (inform server message)))
            (else (inform server message)))
          (inform server message)))

    (define (inform server message)
      (let ((handle (callback-or (server-module server) 'handle-info #f)))
        (if handle
            (after-callback server (handle message (server-state server)) #f)
            (loop server '()))))

    (define (after-callback server result from)
      (define (bad) (exit (list 'bad-return-value result)))
      (if (not (and (list? result) (pair? (cdr result)))) (bad))
      (case (car result)
        ((noreply)
         (set-server-state! server (cadr result))
         (loop server (cddr result)))
        ((reply)
         (if (or (not from) (null? (cddr result))) (bad))
         (set-server-state! server (caddr result))
         (gen-reply from (cadr result))
         (loop server (cdddr result)))
        ((stop)
         (cond ((null? (cddr result)) (bad))
               ((null? (cdddr result))
                (set-server-state! server (caddr result)))
               (else
                (set-server-state! server (cadddr result))
                (if from (gen-reply from (caddr result)))))
         (cadr result))
        (else (bad))))))

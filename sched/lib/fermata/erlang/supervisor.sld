;; Supervisors: start children in order, start them again when they end, end them in
;; reverse; give up after too many restarts.
;;
;; A supervisor is a plain process with a loop over its state. Its children, in the order of
;; their start, are a list; those of simple-one-for-one are a bag.
(define-library (fermata erlang supervisor)
  (export child-spec supervisor-start supervisor-start-link
          supervisor-start-child supervisor-terminate-child supervisor-restart-child
          supervisor-delete-child supervisor-which-children
          supervisor-count-children supervisor-stop)
  (import (scheme base) (fermata sched) (fermata erlang bag)
          (fermata erlang process) (fermata erlang fields) (fermata erlang reason)
          (fermata erlang info) (fermata erlang receive) (fermata erlang gen))
  (begin

    (define-record-type <child-spec>
      (make-spec id start restart shutdown type)
      child-spec?
      (id spec-id)
      (start spec-start)        ; returns (ok process), ignore, (error reason) or a process
      (restart spec-restart)    ; permanent, transient, temporary
      (shutdown spec-shutdown)  ; brutal-kill, infinity, ms
      (type spec-type))         ; worker, supervisor

    (define-record-type <child>
      (make-child spec process)
      child?
      (spec child-spec-of)
      (process child-process set-child-process!))   ; or #f

    (define-record-type <supervisor>
      (make-supervisor strategy intensity period parent children restarts template)
      supervisor?
      (strategy supervisor-strategy)
      (intensity supervisor-intensity)
      (period supervisor-period)
      (parent supervisor-parent)
      ;; A list in the order of start; for simple-one-for-one a bag of processes, and the
      ;; one specification.
      (children supervisor-children set-supervisor-children!)
      (restarts supervisor-restarts set-supervisor-restarts!)   ; times, newest first
      (template supervisor-template set-supervisor-template!))

    ;; Calls (set name value) for the options.
    (define (read-options who options known)
      (let loop ((rest options))
        (if (pair? rest)
            (begin
              (if (or (null? (cdr rest)) (not (assq (car rest) known)))
                  (refuse who 'badarg (car rest)))
              (loop (cddr rest)))))
      (lambda (name)
        (let loop ((rest options))
          (cond ((null? rest) (cdr (assq name known)))
                ((eq? (car rest) name) (cadr rest))
                (else (loop (cddr rest)))))))

    (define (one-of who value allowed)
      (if (not (memq value allowed)) (refuse who 'badarg value)))

    ;;> (child-spec option value ...)
    ;;> How a supervisor starts and ends a child. Options: id; start, a procedure whose
    ;;> value is (ok process), ignore or (error reason); restart: permanent, transient
    ;;> (only after an abnormal end) or temporary; shutdown: milliseconds it is given,
    ;;> infinity or brutal-kill; type: worker or supervisor.
    (define (child-spec . options)
      (let* ((get (read-options "child-spec" options
                                '((id . #f) (start . #f) (restart . permanent)
                                  (shutdown . #f) (type . worker))))
             (shutdown (or (get 'shutdown)
                           (if (eq? (get 'type) 'supervisor) 'infinity 5000))))
        (if (not (procedure? (get 'start))) (refuse "child-spec" 'badarg 'start))
        (one-of "child-spec" (get 'restart) '(permanent transient temporary))
        (one-of "child-spec" (get 'type) '(worker supervisor))
        (if (not (or (memq shutdown '(brutal-kill infinity))
                     (and (exact-integer? shutdown) (>= shutdown 0))))
            (refuse "child-spec" 'badarg shutdown))
        (make-spec (get 'id) (get 'start) (get 'restart) shutdown (get 'type))))

    (define (start link? options)
      (let* ((get (read-options "supervisor-start" options
                                '((strategy . one-for-one) (intensity . 1)
                                  (period . 5) (children . ()) (name . #f))))
             (specs (get 'children))
             (strategy (get 'strategy))
             (parent (and link? (self))))
        (one-of "supervisor-start" strategy
                '(one-for-one one-for-all rest-for-one simple-one-for-one))
        (for-each (lambda (spec)
                    (if (not (child-spec? spec))
                        (refuse "supervisor-start" 'badarg spec)))
                  specs)
        (if (and (eq? strategy 'simple-one-for-one) (not (= (length specs) 1)))
            (refuse "supervisor-start" 'badarg specs))
        (gen-start
         link? (get 'name) 'infinity
         (lambda (answer)
           (process-flag 'trap-exit #t)
           (let ((sup (make-supervisor strategy (get 'intensity) (get 'period)
                                       parent '() '() #f)))
             (if (eq? strategy 'simple-one-for-one)
                 (set-supervisor-template! sup (car specs))
                 (start-all sup specs
                            (lambda (spec reason)
                              (end-all sup)
                              (answer (list 'error (list 'shutdown
                                                         (list 'failed-to-start-child
                                                               (spec-id spec) reason))))
                              (exit 'shutdown))))
             (answer (list 'ok (self)))
             (supervise sup))))))

    ;;> (supervisor-start option value ...)
    ;;> Starts a supervisor and its children; (ok process) or (error reason). Options:
    ;;> strategy: one-for-one, one-for-all, rest-for-one, simple-one-for-one; intensity and
    ;;> period: it gives up after more restarts than that in so many seconds; children, a
    ;;> list of child-specs (for simple-one-for-one: of one); name.
    (define (supervisor-start . options) (start #f options))

    ;;> (supervisor-start-link option value ...)
    ;;> The same, linked to its parent.
    (define (supervisor-start-link . options) (start #t options))

    ;; ---- starting and ending children

    ;; Calls (started process-or-#f) or (failed reason).
    (define (start-child spec args started failed)
      (let ((result (call-with-catch
                     (lambda () (apply (spec-start spec) args))
                     (lambda (class reason) (list 'error (list 'EXIT reason))))))
        (cond ((process? result) (started result))
              ((eq? result 'ignore) (started #f))
              ((and (pair? result) (eq? (car result) 'ok)) (started (cadr result)))
              ((and (pair? result) (eq? (car result) 'error)) (failed (cadr result)))
              (else (failed (list 'bad-return-value result))))))

    (define (add-child! sup child)
      (set-supervisor-children! sup (append (supervisor-children sup) (list child))))

    ;; Starts them in order; (failed spec reason) when one cannot be.
    (define (start-all sup specs failed)
      (if (pair? specs)
          (let ((spec (car specs)))
            (start-child spec '()
                         (lambda (p)
                           (if (or p (not (eq? (spec-restart spec) 'temporary)))
                               (add-child! sup (make-child spec p)))
                           (start-all sup (cdr specs) failed))
                         (lambda (reason) (failed spec reason))))))

    ;; Ends a process as its specification says, and waits for that.
    (define (end-process spec p)
      (let ((ref (monitor p)))
        (unlink p)
        (define (wait-for-end timeout late)
          (receive
            (('DOWN (== ref) _ _ reason) reason)
            (after timeout (late))))
        (define (kill)
          (exit p 'kill)
          (wait-for-end 'infinity (lambda () #f)))
        (if (eq? (spec-shutdown spec) 'brutal-kill)
            (kill)
            (begin
              (exit p 'shutdown)
              (wait-for-end (spec-shutdown spec) kill)))
        (flush-exit p)))

    (define (flush-exit p)
      (receive (('EXIT (== p) _) #t) (after 0 #f)))

    (define (end-child child)
      (if (child-process child)
          (begin
            (end-process (child-spec-of child) (child-process child))
            (set-child-process! child #f))))

    (define (end-all sup)
      (if (supervisor-template sup)
          (end-together (supervisor-template sup) (bag-keys (supervisor-children sup)))
          (for-each end-child (reverse (supervisor-children sup)))))

    ;; Children of simple-one-for-one end all at once.
    (define (end-together spec processes)
      (for-each (lambda (p)
                  (unlink p)
                  (exit p (if (eq? (spec-shutdown spec) 'brutal-kill) 'kill 'shutdown)))
                processes)
      (for-each (lambda (p) (if (process-alive? p) (end-process spec p))) processes))

    ;; ---- the loop

    (define (supervise sup)
      (receive
        (('EXIT p reason)
         (if (eq? p (supervisor-parent sup))
             (begin (end-all sup) (exit reason))
             (begin (child-ended sup p reason) (supervise sup))))
        (('$gen-call from request)
         (gen-reply from (serve sup request))
         (supervise sup))
        (('$system from request)
         (handle-system #f from request sup
                        supervise
                        (lambda (reason sup)
                          (end-all sup)
                          (exit reason))))
        (_ (supervise sup))))

    (define (find-child sup matches?)
      (let loop ((children (supervisor-children sup)))
        (cond ((null? children) #f)
              ((matches? (car children)) (car children))
              (else (loop (cdr children))))))

    (define (find-id sup id)
      (find-child sup (lambda (c) (equal? (spec-id (child-spec-of c)) id))))

    (define (abnormal? reason)
      (not (or (memq reason '(normal shutdown))
               (and (pair? reason) (eq? (car reason) 'shutdown)))))

    (define (to-restart? spec reason)
      (case (spec-restart spec)
        ((permanent) #t)
        ((transient) (abnormal? reason))
        (else #f)))

    (define (child-ended sup p reason)
      (if (supervisor-template sup)
          (simple-child-ended sup p reason)
          (let ((child (find-child sup (lambda (c) (eq? (child-process c) p)))))
            (if child
                (begin
                  (set-child-process! child #f)
                  (cond ((to-restart? (child-spec-of child) reason)
                         (count-restart! sup)
                         (restart sup child))
                        ((eq? (spec-restart (child-spec-of child)) 'temporary)
                         (remove-child! sup child))))))))

    (define (simple-child-ended sup p reason)
      (let* ((children (supervisor-children sup))
             (args (bag-ref children p #f))
             (spec (supervisor-template sup)))
        (if args
            (begin
              (set-supervisor-children! sup (bag-drop children p))
              (if (to-restart? spec reason)
                  (let again ()
                    (count-restart! sup)
                    (start-child spec args
                                 (lambda (new)
                                   (if new
                                       (set-supervisor-children!
                                        sup (bag-put (supervisor-children sup) new args))))
                                 (lambda (reason) (again)))))))))

    (define (remove-child! sup child)
      (set-supervisor-children!
       sup (let loop ((children (supervisor-children sup)))
             (cond ((null? children) '())
                   ((eq? (car children) child) (cdr children))
                   (else (cons (car children) (loop (cdr children))))))))

    ;; Gives up when that was one too many within the period.
    (define (count-restart! sup)
      (let* ((now (clock-now-ns))
             (oldest (- now (exact (round (* (supervisor-period sup) 1000000000)))))
             (recent (cons now (let keep ((times (supervisor-restarts sup)))
                                 (if (and (pair? times) (>= (car times) oldest))
                                     (cons (car times) (keep (cdr times)))
                                     '())))))
        (set-supervisor-restarts! sup recent)
        (if (> (length recent) (supervisor-intensity sup))
            (begin (end-all sup) (exit 'shutdown)))))

    (define (restart sup child)
      (let ((affected (affected-by sup child)))
        (for-each end-child (reverse affected))
        (let loop ((rest affected))
          (if (pair? rest)
              (let ((spec (child-spec-of (car rest))))
                (start-child spec '()
                             (lambda (p)
                               (set-child-process! (car rest) p)
                               (loop (cdr rest)))
                             (lambda (reason)
                               ;; That counts as another end of this child.
                               (count-restart! sup)
                               (restart sup (car rest)))))))
        (for-each (lambda (c)
                    (if (and (not (child-process c))
                             (eq? (spec-restart (child-spec-of c)) 'temporary))
                        (remove-child! sup c)))
                  affected)))

    ;; Those that are started again with the child, in the order of start.
    (define (affected-by sup child)
      (case (supervisor-strategy sup)
        ((one-for-one) (list child))
        ((one-for-all) (without-temporary child (supervisor-children sup)))
        (else (without-temporary child (memq child (supervisor-children sup))))))

    ;; Temporary children end with the others but are not started again.
    (define (without-temporary child children)
      (let loop ((children children))
        (cond ((null? children) '())
              ((and (not (eq? (car children) child))
                    (eq? (spec-restart (child-spec-of (car children))) 'temporary))
               (end-child (car children))
               (loop (cdr children)))
              (else (cons (car children) (loop (cdr children)))))))

    ;; ---- requests

    (define (serve sup request)
      (let ((simple? (supervisor-template sup)) (what (car request)))
        (define (with-child proc)
          (let ((child (find-id sup (cadr request))))
            (if child (proc child) '(error not-found))))
        (case what
          ((start) ((if simple? start-simple start-new) sup (cadr request)))
          ((which) (which-children sup))
          ((count) (count-children sup))
          ((terminate)
           (if simple?
               (terminate-simple sup (cadr request))
               (with-child
                (lambda (child)
                  (end-child child)
                  (if (eq? (spec-restart (child-spec-of child)) 'temporary)
                      (remove-child! sup child))
                  'ok))))
          (else
           (if simple?
               '(error simple-one-for-one)
               (with-child (lambda (child) (change-child sup what child))))))))

    (define (change-child sup what child)
      (cond ((child-process child) '(error running))
            ((eq? what 'delete) (remove-child! sup child) 'ok)
            (else
             (start-child (child-spec-of child) '()
                          (lambda (p)
                            (set-child-process! child p)
                            (list 'ok (or p 'undefined)))
                          (lambda (reason) (list 'error reason))))))

    (define (start-new sup spec)
      (let ((same (and (child-spec? spec)
                       (find-id sup (spec-id spec)))))
        (cond ((not (child-spec? spec)) (list 'error (list 'invalid-child-spec spec)))
              ((not same)
               (start-child spec '()
                            (lambda (p)
                              (if (or p (not (eq? (spec-restart spec) 'temporary)))
                                  (add-child! sup (make-child spec p)))
                              (list 'ok (or p 'undefined)))
                            (lambda (reason) (list 'error reason))))
              ((child-process same)
               (list 'error (list 'already-started (child-process same))))
              (else '(error already-present)))))

    (define (start-simple sup args)
      (start-child (supervisor-template sup) args
                   (lambda (p)
                     (if p
                         (set-supervisor-children!
                          sup (bag-put (supervisor-children sup) p args)))
                     (list 'ok (or p 'undefined)))
                   (lambda (reason) (list 'error reason))))

    (define (terminate-simple sup p)
      (let ((args (bag-ref (supervisor-children sup) p #f)))
        (if args
            (begin
              (set-supervisor-children! sup (bag-drop (supervisor-children sup) p))
              (end-process (supervisor-template sup) p)
              'ok)
            '(error not-found))))

    (define (which-children sup)
      (if (supervisor-template sup)
          (map (lambda (p) (list 'undefined p (spec-type (supervisor-template sup))))
               (bag-keys (supervisor-children sup)))
          (map (lambda (c)
                 (list (spec-id (child-spec-of c)) (or (child-process c) 'undefined)
                       (spec-type (child-spec-of c))))
               (reverse (supervisor-children sup)))))

    (define (count-children sup)
      (let* ((all (which-children sup))
             (count (lambda (test)
                      (let loop ((l all) (n 0))
                        (cond ((null? l) n)
                              ((test (car l)) (loop (cdr l) (+ n 1)))
                              (else (loop (cdr l) n)))))))
        (list (cons 'specs (if (supervisor-template sup) 1 (length all)))
              (cons 'active (count (lambda (c) (process? (cadr c)))))
              (cons 'supervisors (count (lambda (c) (eq? (list-ref c 2) 'supervisor))))
              (cons 'workers (count (lambda (c) (eq? (list-ref c 2) 'worker)))))))

    (define (ask who sup request) (gen-call who sup '$gen-call request 'infinity))

    ;;> (supervisor-start-child supervisor child-spec-or-args)
    ;;> Starts one more child: (ok process), or (error reason), such as already-present.
    ;;> For simple-one-for-one a list of arguments for its start procedure is given.
    (define (supervisor-start-child sup spec)
      (ask 'supervisor-start-child sup (list 'start spec)))

    ;;> (supervisor-terminate-child supervisor id)
    ;;> Ends a child, whose specification stays; ok or (error not-found). For
    ;;> simple-one-for-one the process is given.
    (define (supervisor-terminate-child sup id)
      (ask 'supervisor-terminate-child sup (list 'terminate id)))

    ;;> (supervisor-restart-child supervisor id)
    ;;> Starts a child that was ended: (ok process) or (error reason).
    (define (supervisor-restart-child sup id)
      (ask 'supervisor-restart-child sup (list 'restart id)))

    ;;> (supervisor-delete-child supervisor id)
    ;;> Forgets a child that is not running: ok or (error reason).
    (define (supervisor-delete-child sup id)
      (ask 'supervisor-delete-child sup (list 'delete id)))

    ;;> (supervisor-which-children supervisor)
    ;;> A list of (id process-or-undefined type), the newest first.
    (define (supervisor-which-children sup)
      (ask 'supervisor-which-children sup '(which)))

    ;;> (supervisor-count-children supervisor)
    ;;> Association list: specs, active, supervisors, workers.
    (define (supervisor-count-children sup)
      (ask 'supervisor-count-children sup '(count)))

    ;;> (supervisor-stop supervisor [reason])
    ;;> Ends the children and the supervisor.
    (define (supervisor-stop sup 1 . reason)
      (let* ((p (resolve-server sup)) (ref (if p (monitor p) (exit 'noproc))))
        (gen-stop 'supervisor-stop p (if (pair? reason) (car reason) 'normal) 'infinity)
        (receive (('DOWN (== ref) _ _ why) 'ok))))))

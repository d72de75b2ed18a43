;; Spawning; the end of a process.

;;> (process-alive? process)
;;> Whether it has not ended yet.
(define (process-alive? p) (mailbox-open? (process-mailbox p)))

(define last-id 0)
(define (next-id)
  (set! last-id (+ last-id 1))
  last-id)

(define (new-node name scheduler)
  (%make-node name scheduler (list 'names) #f #f))

(define (node-of scheduler)
  (or (scheduler-local scheduler)
      (let ((node (new-node 'nonode scheduler)))
        (set-scheduler-local! scheduler node)
        node)))

(define (check-process who obj)
  (if (not (is-process? obj)) (refuse who 'badarg obj)))

;; Calls thunk while no other task has a turn, then ends the process that runs if it was
;; killed meanwhile.
(define (in-held-turn thunk)
  (turn-hold!)
  (let ((result (thunk)))
    (turn-release!)
    (leave-if-dead)
    result))

(define (leave-if-dead)
  (let ((box (task-local)))
    (if (and (mailbox? box) (not (mailbox-open? box)))
        (let ((reason (process-reason (mailbox-process box))))
          (if (main-task? (task-current))
              (raise (exit-condition reason))
              (task-exit reason))))))

(define (new-process node task start)
  (let* ((box (make-mailbox (node-gate node)))
         (p (%make-process (next-id) node box task #f empty-bag empty-bag empty-bag
                           #f #f #f empty-bag #f start)))
    (vector-set! box 9 p)
    p))

;; The mailbox of the process that runs. It is what is kept with a task.
(define (%mailbox) (or (own-mailbox) (process-mailbox (adopt-task))))

;;> (self)
;;> The process that runs. A task that is none becomes one.
(define (self) (mailbox-process (%mailbox)))

(define (adopt-task)
  (let* ((task (task-current))
         (p (new-process (node-of (task-scheduler task)) task #f)))
    (keep-process! task p)
    p))

(define (keep-process! task p)
  (set-task-local! task (process-mailbox p) process-lost))

;; The process that a task is, or #f.
(define (task-process task)
  (let ((box (task-local task)))
    (and (mailbox? box) (mailbox-process box))))

;;> (node-self)
;;> The node that runs.
(define (node-self)
  (let ((box (own-mailbox)))
    (if box
        (process-node (mailbox-process box))
        (node-of (current-scheduler)))))

;;> (spawn proc arg ...)
;;> A process that calls proc with the arguments; its end is that of the process.
(define (spawn proc . args)
  (let ((p (new-process (node-self) #f (thunk-of "spawn" proc args))))
    (turn-hold!)
    (start-process! p)
    (turn-release!)
    p))

;;> (spawn-link proc arg ...)
;;> The same; the two processes are linked before it begins.
(define (spawn-link proc . args)
  (let ((p (spawned "spawn-link" proc args)) (me (self)))
    (turn-hold!)
    (join-links! me p)
    (start-process! p)
    (turn-release!)
    p))

;;> (spawn-monitor proc arg ...)
;;> The same with a monitor in place of the link; returns the process and the reference.
(define (spawn-monitor proc . args)
  (let ((p (spawned "spawn-monitor" proc args)) (me (self)))
    (turn-hold!)
    (let ((ref (watch! me p p #f)))
      (start-process! p)
      (turn-release!)
      (values p ref))))

;; A monitored process, linked as well when link? is true, that calls proc with the
;; reference of the monitor, an alias: how servers tell that they have begun.
(define (spawn-with-reference proc link?)
  (let ((p (new-process (node-self) #f proc)) (me (self)))
    (turn-hold!)
    (let ((ref (watch! me p p #t)))
      (if link? (join-links! me p))
      (set-process-start! p (lambda () (proc ref)))
      (start-process! p)
      (turn-release!)
      (values p ref))))

;;> (spawn-on node proc arg ...)
;;> A process on that node.
(define (spawn-on node proc . args)
  (let ((p (new-process node #f (thunk-of "spawn-on" proc args))))
    (turn-hold!)
    (start-process! p)
    (turn-release!)
    p))

(define (thunk-of who proc args)
  (if (not (procedure? proc)) (refuse who 'badarg proc))
  (if (null? args) proc (lambda () (apply proc args))))

(define (spawned who proc args)
  (new-process (node-self) #f (thunk-of who proc args)))

;; Requires a held turn: it does not begin before it is known what it is.
(define (start-process! p)
  (let* ((thunk (process-start p))
         (scheduler (node-scheduler (process-node p)))
         (body (lambda () (thunk) (end-normally p)))
         (task (if (eq? scheduler (current-scheduler))
                   (task-spawn body)
                   (task-spawn scheduler body))))
    (set-process-task! p task)
    (keep-process! task p)))

(define (end-normally p)
  (turn-hold!)
  (end-process! p 'normal)
  (task-exit))

;; ---- the end

;; A task that is a process ended by itself: raising, cancelled, or an adopted one.
(define (process-lost task)
  (let ((p (task-process task)))
    (if (process-alive? p)
        (let* ((raised? (not (eq? (task-status task) 'finished)))
               (obj (task-result task))
               (reason (if raised? (raise->reason obj) 'normal)))
          (if (and raised? (not (exit-raise? obj)) (not (cancelled? obj)))
              (tell-crash p reason obj))
          (in-held-turn (lambda () (end-process! p reason)))))))

;;> (crash-reporter! proc)
;;> Has (proc report) called, on this node, for each process that an error or a throw ends.
;;> The report is an association list: process (its number), name, reason, trace,
;;> dictionary, links, message-queue-len. With #f it is written to the current error port,
;;> as at first.
(define (crash-reporter! proc) (set-node-on-crash! (node-self) proc))

(define (tell-crash p reason raised)
  (let ((report (make-crash-report (process-id p) (process-name p) reason
                                   (process-dictionary p)
                                   (map process-id (bag-keys (process-links p)))
                                   (mailbox-count (process-mailbox p))))
        (proc (node-on-crash (process-node p))))
    (if proc (proc report) (write-crash report raised))))

;; Requires a held turn.  Tells everybody; the task itself goes on until its turn ends.
(define (end-process! p reason)
  (let ((links (process-links p)) (watchers (process-watchers p))
        (watching (process-watching p)) (timers (process-timers p))
        (name (process-name p)))
    (set-process-reason! p reason)
    (close-mailbox! (process-mailbox p))
    (if name
        (let ((names (node-names (process-node p))))
          (set-cdr! names (without name (cdr names)))))
    (if (not (and (null? links) (null? watchers) (null? watching) (null? timers)))
        (begin
          (set-process-links! p empty-bag)
          (set-process-watchers! p empty-bag)
          (set-process-watching! p empty-bag)
          (set-process-timers! p empty-bag)
          (tell-of-end p reason links watchers watching timers)))))

(define (tell-of-end p reason links watchers watching timers)
  (bag-for-each (lambda (ref to) (task-kill (reference-detail ref) 'timer)) timers)
  (bag-for-each (lambda (ref target) (forget-watcher! ref)) watching)
  (bag-for-each
   (lambda (q linked)
     (set-process-links! q (bag-drop (process-links q) p))
     (pass p q (lambda () (exit-signal! q p reason #t))))
   links)
  (bag-for-each (lambda (ref owner) (report-down! p ref reason)) watchers))

(define (without name names)
  (cond ((null? names) '())
        ((eq? (caar names) name) (cdr names))
        (else (cons (car names) (without name (cdr names))))))

;; Requires a held turn.  The running process leaves when the turn is released.
(define (kill! p reason)
  (let ((task (process-task p)))
    (end-process! p reason)
    (if (not (eq? task (task-current)))
        (task-kill task
                   (if (main-task? task) (exit-condition reason) reason)))))

;; In the main program, where nothing could catch it, a normal exit ends the program; so
;; does one with a status, as R7RS has it.
(define (exit-here reason)
  (if (and (main-task? (task-current)) (null? (%handlers))
           (or (memq reason '(normal shutdown)) (boolean? reason)
               (exact-integer? reason)))
      (exit-program (or (symbol? reason) reason))
      (raise (make-exit-raise reason))))

;;> (exit [reason])
;;> (exit process reason)
;;> With one argument raises an exit: the process ends with that reason unless something
;;> catches it. With two sends an exit signal: kill cannot be trapped, normal is ignored.
(define (exit 2 . args)
  (cond ((null? args) (exit-here 'normal))
        ((null? (cdr args)) (exit-here (car args)))
        (else
         (check-process "exit" (car args))
         (let ((from (self)) (p (car args)) (reason (cadr args)))
           (in-held-turn
            (lambda ()
              (pass from p (lambda () (exit-signal! p from reason #f)))))
           #t))))

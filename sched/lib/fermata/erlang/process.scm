;; Records; spawning; the end of a process.

(define-record-type <process>
  (%make-process id node task head tail count parked? queue marked mark
                 alive? reason links watchers watching trap? name
                 dictionary timers gate paused? start)
  process?
  (id process-id)
  (node process-node)
  (task process-task set-process-task!)
  ;; The mailbox: a list behind a cell that holds nothing.
  (head process-head set-process-head!)
  (tail process-tail set-process-tail!)
  (count process-count set-process-count!)
  (parked? process-parked? set-process-parked!)
  (queue process-queue set-process-queue!)      ; where it waits for messages
  ;; The last reference made here, and the last cell at that time: no message before
  ;; it can hold the reference.
  (marked process-marked set-process-marked!)
  (mark process-mark set-process-mark!)
  (alive? process-alive? set-process-alive!)
  (reason process-reason set-process-reason!)
  (links process-links set-process-links!)            ; bag of processes
  (watchers process-watchers set-process-watchers!)   ; bag: references on this process
  (watching process-watching set-process-watching!)   ; bag: references made by it
  (trap? process-trap? set-process-trap!)
  (name process-name set-process-name!)
  (dictionary process-dictionary set-process-dictionary!)
  (timers process-timers set-process-timers!)         ; bag of timer references
  (gate process-gate set-process-gate!)               ; #f, or how signals get there
  (paused? process-paused? set-process-paused!)
  (start process-start))                              ; the procedure it began with

;; What the processes of one scheduler share.
(define-record-type <node>
  (%make-node name scheduler names gate on-crash)
  node?
  (name node-name set-node-name!)
  (scheduler node-scheduler)
  (names node-names)                                  ; alist in a pair: (names . alist)
  (gate node-gate set-node-gate!)
  (on-crash node-on-crash set-node-on-crash!))

;; One of: a reference (kind #f), a monitor, a timer, an alias.
(define-record-type <reference>
  (make-reference id kind owner target detail)
  reference?
  (id reference-id)
  (kind reference-kind)
  (owner reference-owner)
  (target reference-target set-reference-target!)
  (detail reference-detail set-reference-detail!))

(define last-id 0)
(define (next-id)
  (set! last-id (+ last-id 1))
  last-id)

(define (node-of scheduler)
  (or (scheduler-local scheduler)
      (let ((node (%make-node 'nonode scheduler (list 'names) #f #f)))
        (set-scheduler-local! scheduler node)
        node)))

(define (check-process who obj)
  (if (not (process? obj)) (refuse who 'badarg obj)))

;; Calls thunk while no other task has a turn, then ends the process that runs if it was
;; killed meanwhile.
(define (in-held-turn thunk)
  (turn-hold!)
  (let ((result (thunk)))
    (turn-release!)
    (leave-if-dead)
    result))

(define (leave-if-dead)
  (let ((p (task-local)))
    (if (and (process? p) (not (process-alive? p)))
        (if (main-task? (task-current))
            (raise (exit-condition (process-reason p)))
            (task-exit (process-reason p))))))

(define (new-process node task start)
  (let ((cell (list 'mailbox)))
    (%make-process (next-id) node task cell cell 0 #f #f #f cell
                   #t #f empty-bag empty-bag empty-bag #f #f
                   '() empty-bag (node-gate node) #f start)))

;;> (self)
;;> The process that runs. A task that is none becomes one.
(define (self)
  (let ((p (task-local)))
    (if (and (process? p) (process-alive? p)) p (adopt-task))))

(define (adopt-task)
  (let* ((task (task-current))
         (p (new-process (node-of (task-scheduler task)) task #f)))
    (set-task-local! task p process-lost)
    p))

;;> (node-self)
;;> The node that runs.
(define (node-self) (node-of (current-scheduler)))

;;> (spawn proc arg ...)
;;> A process that calls proc with the arguments; its end is that of the process.
(define (spawn proc . args)
  (start-process (spawned "spawn" proc args)))

;;> (spawn-link proc arg ...)
;;> The same; the two processes are linked before it begins.
(define (spawn-link proc . args)
  (let ((p (spawned "spawn-link" proc args)))
    (join-links! (self) p)
    (start-process p)))

;;> (spawn-monitor proc arg ...)
;;> The same with a monitor in place of the link; returns the process and the reference.
(define (spawn-monitor proc . args)
  (let* ((p (spawned "spawn-monitor" proc args))
         (ref (watch! (self) p p #f)))
    (start-process p)
    (values p ref)))

;;> (spawn-on node proc arg ...)
;;> A process on that node.
(define (spawn-on node proc . args)
  (start-process (new-process node #f (thunk-of "spawn-on" proc args))))

(define (thunk-of who proc args)
  (if (not (procedure? proc)) (refuse who 'badarg proc))
  (if (null? args) proc (lambda () (apply proc args))))

(define (spawned who proc args)
  (new-process (node-self) #f (thunk-of who proc args)))

(define (start-process p)
  (let ((thunk (process-start p)))
    (let ((task (task-spawn (node-scheduler (process-node p))
                            (lambda ()
                              (thunk)
                              (in-held-turn
                               (lambda () (end-process! p 'normal)))))))
      ;; No turn ends here: these are natives and instructions.
      (set-process-task! p task)
      (set-task-local! task p process-lost)
      p)))

;; ---- the end

;; A task that is a process ended by itself: raising, cancelled, or an adopted one.
(define (process-lost task)
  (let ((p (task-local task)))
    (if (process-alive? p)
        (let* ((raised? (not (eq? (task-status task) 'finished)))
               (obj (task-result task))
               (reason (if raised? (raise->reason obj) 'normal))
               (tell (node-on-crash (process-node p))))
          (if (and raised? tell (not (exit-raise? obj))) (tell p reason obj))
          (in-held-turn (lambda () (end-process! p reason)))))))

;; Requires a held turn.  Tells everybody; the task itself goes on until its turn ends.
(define (end-process! p reason)
  (set-process-alive! p #f)
  (set-process-reason! p reason)
  (let ((links (process-links p)) (watchers (process-watchers p))
        (watching (process-watching p)) (timers (process-timers p)))
    (forget-mail! p)
    (set-process-links! p empty-bag)
    (set-process-watchers! p empty-bag)
    (set-process-watching! p empty-bag)
    (set-process-timers! p empty-bag)
    (if (process-name p)
        (let ((names (node-names (process-node p))))
          (set-cdr! names (without (process-name p) (cdr names)))))
    (bag-for-each (lambda (ref detail) (task-kill (reference-detail ref) 'timer))
                  timers)
    (bag-for-each (lambda (ref target) (forget-watcher! ref)) watching)
    (bag-for-each
     (lambda (q linked)
       (set-process-links! q (bag-drop (process-links q) p))
       (pass q (lambda () (exit-signal! q p reason #t))))
     links)
    (bag-for-each (lambda (ref owner) (report-down! ref reason)) watchers)))

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

;;> (exit [reason])  (exit process reason)
;;> With one argument raises an exit: the process ends with that reason unless something
;;> catches it. With two sends an exit signal: kill cannot be trapped, normal is ignored.
(define (exit . args)
  (cond ((null? args) (raise (make-exit-raise 'normal)))
        ((null? (cdr args)) (raise (make-exit-raise (car args))))
        (else
         (check-process "exit" (car args))
         (let ((from (self)) (p (car args)) (reason (cadr args)))
           (in-held-turn
            (lambda ()
              (pass p (lambda () (exit-signal! p from reason #f)))))
           #t))))

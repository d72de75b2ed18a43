;; What can be asked of processes and set: names, the dictionary, flags, process-info.
(define-library (fermata erlang info)
  (export register unregister whereis registered
          put get erase get-keys
          process-flag process-info processes
          suspend-process resume-process)
  (import (scheme base) (fermata sched) (fermata table)
          (fermata erlang bag) (fermata erlang process) (fermata erlang reason)
          (only (fermata erlang records) <process> <node>)
          (fermata erlang mailbox) (fermata erlang fields))
  (begin

    ;; ---- names

    (define (names) (node-names (node-self)))

    ;;> (register name process)
    ;;> Gives a process a name, a symbol; #t. The name is free again when it ends.
    (define (register name p)
      (turn-hold!)
      (let ((refused? (or (not (symbol? name)) (eq? name 'undefined)
                          (not (process? p)) (not (process-alive? p))
                          (process-name p) (assq name (cdr (names))))))
        (if (not refused?)
            (begin
              (set-process-name! p name)
              (set-task-name! (process-task p) name)
              (set-cdr! (names) (cons (cons name p) (cdr (names))))))
        (turn-release!)
        (if refused? (refuse "register" 'badarg name p))
        #t))

    ;;> (unregister name)
    ;;> Takes the name away; #t.
    (define (unregister name)
      (let ((p (whereis name)))
        (if (eq? p 'undefined) (refuse "unregister" 'badarg name))
        (turn-hold!)
        (set-process-name! p #f)
        (set-cdr! (names) (remove-name name (cdr (names))))
        (turn-release!)
        #t))

    (define (remove-name name entries)
      (cond ((null? entries) '())
            ((eq? (caar entries) name) (cdr entries))
            (else (cons (car entries) (remove-name name (cdr entries))))))

    ;;> (whereis name)
    ;;> The process of that name, or undefined.
    (define (whereis name)
      (let ((found (assq name (cdr (names)))))
        (if found (cdr found) 'undefined)))

    ;;> (registered)
    ;;> The names that are taken.
    (define (registered) (map car (cdr (names))))

    ;; ---- the dictionary

    (define (dictionary)
      (let ((p (self)))
        (or (process-dictionary p)
            (let ((table (make-equal-hash-table)))
              (set-process-dictionary! p table)
              table))))

    ;;> (put key value)
    ;;> Sets the value of the key in the dictionary of this process; the old one, or
    ;;> undefined.
    (define (put key value)
      (let ((old (get key)))
        (hash-table-set! (dictionary) key value)
        old))

    ;;> (get [key])
    ;;> The value of the key, or undefined; without a key the whole dictionary as an
    ;;> association list.
    (define (get 1 . key)
      (if (null? key)
          (hash-table->alist (dictionary))
          (hash-table-ref/default (dictionary) (car key) 'undefined)))

    ;;> (erase [key])
    ;;> Removes the key, or everything; what get would have returned.
    (define (erase 1 . key)
      (let ((old (apply get key)))
        (if (null? key)
            (hash-table-clear! (dictionary))
            (hash-table-delete! (dictionary) (car key)))
        old))

    ;;> (get-keys)
    ;;> The keys of the dictionary.
    (define (get-keys) (hash-table-keys (dictionary)))

    ;; ---- flags

    ;;> (process-flag flag value)
    ;;> (process-flag process flag value)
    ;;> Sets a flag and returns its old value. trap-exit: whether exit signals become
    ;;> messages (EXIT process reason). priority: low, normal, high or max. max-heap-size:
    ;;> the process is killed when it keeps more bytes than that, on its stack and in its
    ;;> mailbox, shared data included; 0 means any.
    (define (process-flag first second 1 . third)
      (let* ((whose (if (pair? third) first (self)))
             (flag (if (pair? third) second first))
             (value (if (pair? third) (car third) second)))
        (check-process "process-flag" whose)
        (case flag
          ((trap-exit)
           (if (not (boolean? value)) (refuse "process-flag" 'badarg value))
           (let ((old (process-trap? whose)))
             (set-process-trap! whose value)
             old))
          ((priority)
           (if (not (memq value '(low normal high max)))
               (refuse "process-flag" 'badarg value))
           (let ((old (task-priority (process-task whose))))
             (set-task-priority! (process-task whose)
                                 (if (eq? value 'max) 'high value))
             old))
          ((max-heap-size)
           (if (not (and (exact-integer? value) (>= value 0)))
               (refuse "process-flag" 'badarg value))
           (let* ((task (process-task whose)) (old (task-heap-limit task)))
             (set-task-heap-limit! task value
                                   (lambda (task) (kill-for-size! whose task))
                                   (list <process> <node>))
             old))
          (else (refuse "process-flag" 'badarg flag)))))

    (define (kill-for-size! p task)
      (turn-hold!)
      (if (process-alive? p) (kill! p 'killed))
      (turn-release!)
      (task-continue task))  ; a main program has it raised there

    ;; ---- pausing

    ;;> (suspend-process process)
    ;;> It takes no turns until resume-process; messages wait in its mailbox.
    (define (suspend-process p)
      (if (or (not (process? p)) (eq? p (self)) (not (process-alive? p)))
          (refuse "suspend-process" 'badarg p))
      (set-process-paused! p #t)
      (task-pause (process-task p))
      #t)

    ;;> (resume-process process)
    ;;> Ends what suspend-process began.
    (define (resume-process p)
      (check-process "resume-process" p)
      (if (not (process-paused? p)) (refuse "resume-process" 'badarg p))
      (set-process-paused! p #f)
      (task-continue (process-task p))
      #t)

    ;; ---- what is known of a process

    ;;> (processes)
    ;;> The processes of this node that have not ended.
    (define (processes)
      (let loop ((tasks (scheduler-tasks)) (found '()))
        (if (null? tasks)
            (reverse found)
            (let ((p (task-process (car tasks))))
              (loop (cdr tasks)
                    (if (and p (process-alive? p))
                        (cons p found)
                        found))))))

    (define (status p)
      (cond ((process-paused? p) 'suspended)
            ((eq? (process-task p) (task-current)) 'running)
            ((eq? (task-status (process-task p)) 'runnable) 'runnable)
            (else 'waiting)))

    (define items
      (list
       (cons 'status status)
       (cons 'message-queue-len
             (lambda (p) (mailbox-count (process-mailbox p))))
       (cons 'messages (lambda (p) (mailbox-messages (process-mailbox p))))
       (cons 'registered-name (lambda (p) (or (process-name p) '())))
       (cons 'links (lambda (p) (bag-keys (process-links p))))
       (cons 'monitors
             (lambda (p)
               (map (lambda (ref) (list 'process (reference-detail ref)))
                    (bag-keys (process-watching p)))))
       (cons 'monitored-by
             (lambda (p)
               (map (lambda (ref) (reference-owner ref))
                    (bag-keys (process-watchers p)))))
       (cons 'trap-exit (lambda (p) (process-trap? p)))
       (cons 'priority (lambda (p) (task-priority (process-task p))))
       (cons 'dictionary
             (lambda (p)
               (if (process-dictionary p)
                   (hash-table->alist (process-dictionary p))
                   '())))
       (cons 'reductions
             (lambda (p) (cdr (assq 'steps (task-stats (process-task p))))))
       (cons 'initial-call (lambda (p) (process-start p)))
       (cons 'current-wait (lambda (p) (task-waits-on (process-task p))))))

    ;;> (process-info process [item])
    ;;> The value of one item, or an association list of all: status, message-queue-len,
    ;;> messages, registered-name, links, monitors, monitored-by, trap-exit, priority,
    ;;> dictionary, reductions, initial-call, current-wait. undefined for one that ended.
    (define (process-info p 1 . item)
      (check-process "process-info" p)
      (cond ((not (process-alive? p)) 'undefined)
            ((null? item)
             (map (lambda (row) (cons (car row) ((cdr row) p))) items))
            ((assq (car item) items) => (lambda (row) ((cdr row) p)))
            (else (refuse "process-info" 'badarg (car item)))))))

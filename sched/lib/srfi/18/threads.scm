;; Threads: how they begin and end.

;;> (thread? obj)
;;> Whether obj is a thread.
;;
;;> (thread-name thread)
;;> The name it was made with.
;;
;;> (thread-specific thread)
;;> What is kept in its field.
;;
;;> (thread-specific-set! thread obj)
;;> Keeps obj in its field.
(define-record-type <thread>
  (new-thread thunk name specific task leave ended? result raised queue mutexes)
  thread?
  (thunk thread-thunk)
  (name thread-name)
  (specific thread-specific thread-specific-set!)
  (task thread-task set-thread-task!)
  (leave thread-leave set-thread-leave!)         ; ends it from inside
  (ended? thread-ended? set-thread-ended!)
  (result thread-result set-thread-result!)
  (raised thread-raised set-thread-raised!)      ; what join raises, or #f
  (queue thread-queue)                           ; of those who join
  (mutexes thread-mutexes set-thread-mutexes!))  ; that it owns

(define-record-type <join-timeout> (make-join-timeout) join-timeout-exception?)
;;> (join-timeout-exception? obj)
;;> Whether obj is raised because a thread did not end in time.

(define-record-type <terminated> (make-terminated) terminated-thread-exception?)
;;> (terminated-thread-exception? obj)
;;> Whether obj is raised by a join because the thread was terminated.

;;> (uncaught-exception? obj)
;;> Whether obj is raised by a join because the thread ended by raising.
;;
;;> (uncaught-exception-reason exception)
;;> What the thread raised.
(define-record-type <uncaught>
  (make-uncaught reason)
  uncaught-exception?
  (reason uncaught-exception-reason))

(define here (make-parameter #f))
(define first-thread
  (new-thread #f 'main #f #f #f #f #f #f (make-waitq 'main) '()))

;;> (current-thread)
;;> The thread that runs.
(define (current-thread) (or (here) first-thread))

;;> (make-thread thunk [name])
;;> A thread that will call thunk once it is started.
(define (make-thread thunk 1 . name)
  (if (not (procedure? thunk))
      (error "make-thread: argument 1 must be a procedure, got" thunk))
  (let ((name (and (pair? name) (car name))))
    (new-thread thunk name #f #f #f #f #f #f (make-waitq name) '())))

(define (check-thread who obj)
  (if (not (thread? obj))
      (error (string-append who ": argument 1 must be a thread, got") obj)))

;; Once only: its task and who terminates it may both come here.
(define (end-thread! thread result raised)
  (if (not (thread-ended? thread))
      (begin
        (set-thread-result! thread result)
        (set-thread-raised! thread raised)
        (set-thread-ended! thread #t)         ; from here on others may look
        (for-each (lambda (mutex) (abandon! mutex thread))
                  (thread-mutexes thread))
        (waitq-give-all! (thread-queue thread) #t))))

(define (run-thread thread)
  (call/cc
   (lambda (leave)
     (set-thread-leave! thread leave)
     (with-exception-handler
      (lambda (obj)
        (end-thread! thread #f (make-uncaught obj))
        (leave #f))
      (lambda ()
        (parameterize ((here thread))
          (let ((result ((thread-thunk thread))))
            (end-thread! thread result #f))))))))

;;> (thread-start! thread)
;;> Starts it, and returns it.
(define (thread-start! thread)
  (check-thread "thread-start!" thread)
  (if (or (thread-task thread) (not (thread-thunk thread)))
      (error "thread-start!: the thread was started before:" thread))
  (if (not (thread-ended? thread))
      (set-thread-task! thread
                        (task-spawn (lambda () (run-thread thread))
                                    'name (thread-name thread))))
  thread)

;;> (thread-yield!)
;;> Lets other threads run.
(define (thread-yield!) (task-yield))

;;> (thread-sleep! timeout)
;;> Waits so many seconds, or up to that time.
(define (thread-sleep! timeout)
  (if (not timeout)
      (error "thread-sleep!: a timeout must be a time or seconds, got #f"))
  (sync (at-op (limit->nanoseconds "thread-sleep!" timeout)))
  #t)

;;> (thread-terminate! thread)
;;> Ends it, wherever it is; its mutexes are abandoned. Its after thunks run.
(define (thread-terminate! thread)
  (check-thread "thread-terminate!" thread)
  (end-thread! thread #f (make-terminated))
  (cond ((not (eq? thread (current-thread)))
         (if (thread-task thread)
             (task-cancel (thread-task thread) 'terminated)))
        ((thread-leave thread) => (lambda (leave) (leave #f)))
        (else (exit))))

;;> (thread-join! thread [timeout [default]])
;;> Waits for its end, and returns what its thunk returned; raises when it ended in
;;> another way. After the timeout: default, or an exception.
(define (thread-join! thread 2 . options)
  (check-thread "thread-join!" thread)
  (let ((limit (limit->nanoseconds "thread-join!"
                                   (and (pair? options) (car options)))))
    (cond ((not (or (thread-ended? thread)
                    (wait-in (thread-queue thread) #f limit
                             (lambda () (thread-ended? thread))
                             'thread-join!)))
           (if (and (pair? options) (pair? (cdr options)))
               (cadr options)
               (raise (make-join-timeout))))
          ((thread-raised thread) => raise)
          (else (thread-result thread)))))

;;> (current-exception-handler)
;;> The handler that raise would call.
(define (current-exception-handler)
  (let ((handlers (%handlers)))
    (if (pair? handlers) (car handlers) %uncaught)))

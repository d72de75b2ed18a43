;; What tests of flows share: virtual time, what was raised, a log of what acted. To be included.

;; Calls thunk in a task whose time is virtual.
(define (virtually thunk)
  (let* ((s (make-scheduler 'clock 'virtual 'on-error 'keep))
         (task (task-spawn s thunk)))
    (scheduler-run s)
    (if (eq? (task-status task) 'finished)
        (task-result task)
        (raise (task-result task)))))
(define-syntax in-virtual-time
  (syntax-rules () ((_ body ...) (virtually (lambda () body ...)))))

(define (message-of thunk)
  (guard (e ((error-object? e) (error-object-message e))) (thunk)))
(define-syntax raised-message
  (syntax-rules () ((_ body ...) (message-of (lambda () body ...)))))

(define log '())
(define (note! what) (set! log (cons what log)) what)
(define (take-log!)
  (let ((taken (reverse log)))
    (set! log '())
    taken))

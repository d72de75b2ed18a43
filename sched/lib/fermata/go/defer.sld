;; defer, panic and recover.
;;
;; with-defer stands around the body of a function. What is deferred in it runs when it is
;; left, the last first: normally, by a continuation, or because something was raised, which
;; is what a panic is. In the latter case it runs where the error was raised, before anything
;; is left, so a report tells the place; and recover, called by a deferred procedure itself,
;; has the function return instead.
;;
;; What differs from Go: what is raised by raise-continuable is a panic as well.
(define-library (fermata go defer)
  (export with-defer defer panic recover goexit fatal call-with-defers)
  (import (scheme base) (fermata sched)
          (only (fermata builtins) make-condition %callers)
          (only (fermata control) %rewind call-with-escape-continuation))
  (begin

    ;; A function that may defer calls.
    (define-record-type <frame>
      (make-frame task calls outer)
      frame?
      (task frame-task)
      (calls frame-calls set-frame-calls!)   ; lists (procedure argument ...), newest first
      (outer frame-outer))

    ;; What goes on while deferred calls run. Below a panic of a deferred call there may be
    ;; a goexit, which goes on once that was recovered from.
    (define-record-type <panic>
      (make-panic value task below recovered)
      panic?
      (value panic-value)
      (task panic-task)
      (below panic-below)
      (recovered panic-recovered? set-panic-recovered!))

    (define goexit-value (list 'goexit))
    (define (goexit? panic) (eq? (panic-value panic) goexit-value))

    (define current-frame (make-parameter #f))
    ;; (panic . procedure), while a deferred procedure runs
    (define current-call (make-parameter #f))

    ;; Parameters are inherited by new tasks, in which they mean nothing.
    (define (frame-here)
      (let ((frame (current-frame)))
        (and frame (eq? (frame-task frame) (task-current)) frame)))

    ;; ---- what cannot be recovered from

    (define last-fatal #f)

    ;; (fatal message)
    ;; Ends the program; deferred calls are not run.
    (define (fatal message)
      (set! last-fatal
            (make-condition 'scheduler-error (string-append "fatal error: " message) '()))
      (raise last-fatal))

    (define (fatal? obj) (eq? obj last-fatal))

    ;; ---- functions with deferred calls

    ;;> (with-defer ((variable init) ...) body ...)
    ;;> Evaluates the body, whose deferred calls run when it is left, and returns its value.
    ;;> With variables, the function's named results, it returns what they hold when the
    ;;> deferred calls have run. After a panic from which one of them recovered, the value
    ;;> is #f when there are no variables.
    (define-syntax with-defer
      (syntax-rules ()
        ((_ () body ...)
         (call-with-defers (lambda () body ...)))
        ((_ ((name init) ...) body ...)
         (let ((name init) ...)
           (call-with-defers (lambda () body ... #f))
           (values name ...)))))

    (define (call-with-defers thunk)
      (let ((frame (make-frame (task-current) '() (frame-here))))
        (call-with-escape-continuation
         (lambda (return)
           (dynamic-wind
            (lambda () #f)
            (lambda ()
              (parameterize ((current-frame frame) (current-call #f))
                (with-exception-handler
                 (lambda (obj)
                   (if (fatal? obj)
                       (begin
                         (set-frame-calls! frame '())
                         (raise-continuable obj))
                       (let ((left (run-deferred frame (make-panic obj (task-current) #f #f))))
                         (if left
                             (raise-panic left)
                             (return #f)))))
                 thunk)))
            (lambda ()
              (let ((left (run-deferred frame #f)))
                (if left (raise-panic left)))))))))

    (define (raise-panic panic)
      (if (goexit? panic)
          (finish-goexit)
          (raise-continuable (panic-value panic))))

    ;; Runs what was deferred; the panic that is left then, or #f.
    (define (run-deferred frame panic)
      (let ((calls (frame-calls frame)))
        (if (null? calls)
            panic
            (begin
              (set-frame-calls! frame (cdr calls))
              (run-deferred frame (run-one (car calls) panic))))))

    (define (run-one call panic)
      (let ((new (guard (obj ((not (fatal? obj))
                              (make-panic obj (task-current)
                                          (and panic (if (goexit? panic) panic (panic-below panic)))
                                          #f)))
                   (parameterize ((current-call (and panic (cons panic (car call)))))
                     (invoke call)
                     #f))))
        (cond (new new)
              ((and panic (panic-recovered? panic)) (panic-below panic))
              (else panic))))

    (define (invoke call)
      (apply (car call) (cdr call))
      #t)

    ;;> (defer procedure argument ...)
    ;;> Has the procedure called with these arguments when the innermost with-defer is left.
    (define (defer procedure . arguments)
      (let ((frame (frame-here)))
        (if (not (procedure? procedure))
            (raise (make-condition 'wrong-type
                                   "defer: argument 1 must be a procedure, got"
                                   (list procedure))))
        (if (not frame) (error "defer: there is no with-defer around"))
        (set-frame-calls! frame
                          (cons (if (eq? procedure recover)
                                    (list (lambda () #t))
                                    (cons procedure arguments))
                                (frame-calls frame)))))

    ;;> (panic obj)
    ;;> Raises obj: deferred calls run, and the program ends unless one of them recovers.
    (define (panic obj)
      (raise (or obj (make-condition 'error "panic called with #f" '()))))

    ;;> (recover)
    ;;> Called by a deferred procedure itself during a panic: ends the panic and gives what
    ;;> was raised. Else #f.
    (define (recover)
      (let* ((call (current-call))
             (panic (and call (car call))))
        (if (and panic
                 (eq? (panic-task panic) (task-current))
                 (not (panic-recovered? panic))
                 (not (goexit? panic))
                 (called-by? (cdr call)))
            (begin
              (set-panic-recovered! panic #t)
              (panic-value panic))
            #f)))

    ;; Whether recover was called by that procedure, or in place of it.
    (define (called-by? procedure)
      (let* ((callers (cdr (memq recover (%callers 4))))
             (caller (and (pair? callers) (car callers))))
        (or (eq? caller procedure) (eq? caller invoke))))

    ;; ---- leaving a task

    ;;> (goexit)
    ;;> Ends the task after running its deferred calls, which cannot recover from that. The
    ;;> main task then waits for the others to end (Go's runtime.Goexit).
    (define (goexit)
      (let ((frame (frame-here)))
        (if (not frame)
            (finish-goexit)
            (let ((left (run-deferred frame (make-panic goexit-value (task-current) #f #f))))
              (if (and left (not (goexit? left)))
                  (raise-panic left)
                  (finish-frames (frame-outer frame)))))))

    (define (finish-frames frame)
      (if frame
          (let ((left (run-deferred frame (make-panic goexit-value (task-current) #f #f))))
            (if (and left (not (goexit? left)))
                (raise-panic left)
                (finish-frames (frame-outer frame))))
          (finish-goexit)))

    (define (finish-goexit)
      (if (main-task? (task-current))
          (waitq-park! (make-waitq "nothing, after goexit"))
          (begin
            (%rewind '())
            (task-exit #f))))))

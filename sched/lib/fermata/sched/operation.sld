;; Operations: what can be waited for, as values (after Reppy's Concurrent ML).
;;
;; A base operation tries to happen at once; when it cannot, the task registers it and
;; waits. A choice does so with several: exactly one happens, and all the others leave no
;; trace. What differs from CML: one thread runs everything, so trying is committing, and
;; the order of a choice comes from the scheduler's seed.
(define-library (fermata sched operation)
  (export make-op op? op-not-ready op-again always-op never-op choice-op prefer-op
          wrap-op guard-op nack-op sleep-op at-op join-op waitq-op
          sync try-sync sync/timeout sched-select)
  (import (scheme base) (fermata sched task) (fermata sched tasks)
          (fermata sched waits)
          (only (fermata sched control) turn-hold! turn-release!)
          (only (fermata builtins) make-condition))
  (begin

    (define-record-type <base>
      (make-base try register unregister what)
      base?
      (try base-try)
      (register base-register)
      (unregister base-unregister)   ; procedure or #f
      (what base-what))

    (define-record-type <wrap> (make-wrap op proc) wrap?
      (op wrap-inner) (proc wrap-proc))
    (define-record-type <guard> (make-guard thunk) guard?
      (thunk guard-thunk))
    (define-record-type <nack> (make-nack proc) nack?
      (proc nack-proc))
    (define-record-type <choice>
      (make-choice ops ordered leaves)
      choice?
      (ops choice-ops)
      (ordered choice-ordered?)
      (leaves choice-leaves))        ; vector, when there is nothing to find out at sync

    ;; A base operation of a choice, and what is around it.
    (define-record-type <leaf>
      (make-leaf base wraps nacks)
      leaf?
      (base leaf-base)
      (wraps leaf-wraps)             ; innermost first
      (nacks leaf-nacks))            ; losses it does not mean

    ;; Whether an operation was chosen or lost, for nack-op.
    (define-record-type <loss> (make-loss lost queue) loss?
      (lost loss-lost set-loss-lost!)
      (queue loss-queue))

    ;;> op-not-ready
    ;;> What the try procedure of an operation returns when it cannot happen now.
    (define op-not-ready (list 'op-not-ready))

    ;;> op-again
    ;;> The tag to register under when being woken only means that trying again may help:
    ;;> the sync then tries all its operations once more.
    (define op-again (list 'op-again))

    ;;> (op? obj)
    ;;> Whether obj is an operation.
    (define (op? obj)
      (or (base? obj) (wrap? obj) (choice? obj) (guard? obj) (nack? obj)))

    ;;> (make-op try register [unregister [what]])
    ;;> A base operation. (try) makes it happen now and returns its value, or returns
    ;;> op-not-ready. (register ticket tag) arranges that it will: with waitq-add!,
    ;;> timer-add!; it does not raise. (unregister) is called when it lost, for what
    ;;> is not undone by itself. Reports show what. With op-again it has to be there.
    (define (make-op try register 2 . rest)
      (make-base try register
                 (and (pair? rest) (car rest))
                 (if (and (pair? rest) (pair? (cdr rest))) (cadr rest) 'op)))

    (define (check-op who obj)
      (if (not (op? obj))
          (raise (make-condition 'wrong-type
                                 (string-append who ": an operation is wanted, got")
                                 (list obj)))))

    ;;> (always-op obj)
    ;;> Happens at once, with that value.
    (define (always-op obj) (make-base (lambda () obj) (lambda (ticket tag) #t) #f 'always))

    ;;> never-op
    ;;> Never happens.
    (define never-op
      (make-base (lambda () op-not-ready) (lambda (ticket tag) #t) #f 'never))

    (define (plain? op)
      (or (base? op) (and (wrap? op) (plain? (wrap-inner op)))))

    (define (plain-leaf op)
      (let loop ((op op) (wraps '()))
        (if (base? op)
            (make-leaf op wraps '())
            (loop (wrap-inner op) (cons (wrap-proc op) wraps)))))

    (define (every-plain? ops)
      (or (null? ops) (and (plain? (car ops)) (every-plain? (cdr ops)))))

    (define (choice who ops ordered)
      (for-each (lambda (op) (check-op who op)) ops)
      (make-choice ops ordered
                   (and (every-plain? ops) (list->vector (map plain-leaf ops)))))

    ;;> (choice-op op ...)
    ;;> The first of them that can happen; any of those that can, by the scheduler's seed.
    (define (choice-op . ops) (choice "choice-op" ops #f))

    ;;> (prefer-op op ...)
    ;;> The same, but of those that can happen it takes the one that stands first.
    (define (prefer-op . ops) (choice "prefer-op" ops #t))

    ;;> (wrap-op op proc)
    ;;> op, whose value is then given to proc; what proc returns is the value.
    (define (wrap-op op proc)
      (check-op "wrap-op" op)
      (make-wrap op proc))

    ;;> (guard-op thunk)
    ;;> The operation that thunk returns, called anew each time it is synced.
    (define (guard-op thunk) (make-guard thunk))

    ;;> (nack-op proc)
    ;;> The operation that (proc nack) returns, called at each sync: nack is an operation
    ;;> that can happen once another one was chosen, or the sync was left.
    (define (nack-op proc) (make-nack proc))

    ;; ---- losing

    (define (nack-of loss)
      (make-base
       (lambda () (if (loss-lost loss) #t op-not-ready))
       (lambda (ticket tag) (waitq-add! (loss-queue loss) ticket tag))
       #f 'nack))

    (define (lose! loss)
      (if (not (loss-lost loss))
          (begin
            (set-loss-lost! loss #t)
            (waitq-give-all! (loss-queue loss) #t))))

    ;; ---- what a sync is about: its leaves, in the order they are tried

    ;; Calls guards and nacks; gives the leaves and the losses that may come.
    (define (expand op)
      (define losses '())
      (define (walk op wraps nacks leaves)
        (cond ((base? op) (cons (make-leaf op wraps nacks) leaves))
              ((wrap? op)
               (walk (wrap-inner op) (cons (wrap-proc op) wraps) nacks leaves))
              ((choice? op)
               (let ((ops (list->vector (choice-ops op))))
                 (if (not (choice-ordered? op)) (scheduler-shuffle! ops))
                 (let loop ((i 0) (leaves leaves))
                   (if (= i (vector-length ops))
                       leaves
                       (loop (+ i 1)
                             (walk (vector-ref ops i) wraps nacks leaves))))))
              ((guard? op) (walk (checked ((guard-thunk op))) wraps nacks leaves))
              ((nack? op)
               (let ((loss (make-loss #f (make-waitq 'nack))))
                 (set! losses (cons loss losses))
                 (walk (checked ((nack-proc op) (nack-of loss)))
                       wraps (cons loss nacks) leaves)))
              (else (check-op "sync" op))))
      (define (checked op)
        (check-op "sync" op)
        op)
      (let ((leaves (list->vector (reverse (walk op '() '() '())))))
        (values leaves losses)))

    ;; The leaf that happens now, and its value; or #f.
    (define (try-leaves leaves)
      (let ((count (vector-length leaves)))
        (let loop ((i 0))
          (if (= i count)
              (values #f #f)
              (let* ((leaf (vector-ref leaves i))
                     (value ((base-try (leaf-base leaf)))))
                (if (eq? value op-not-ready)
                    (loop (+ i 1))
                    (values leaf value)))))))

    ;; Between a try that found nothing and the wait nobody else may have a turn: what came
    ;; then would find nobody who waits. So the turn is held, until %wait.

    ;; Waits for all of them; the leaf that happened is the tag.
    (define (wait-for leaves)
      (let ((ticket (%open-wait)) (count (vector-length leaves)))
        (let loop ((i 0))
          (if (< i count)
              (let ((leaf (vector-ref leaves i)))
                ((base-register (leaf-base leaf)) ticket leaf)
                (loop (+ i 1)))))
        (%wait leaves)))

    (define (apply-wraps wraps value)
      (if (null? wraps)
          value
          (apply-wraps (cdr wraps) ((car wraps) value))))

    ;; After the choice: what lost is told, and the wraps of the winner are applied.
    (define (unregister-losers leaves winner)
      (vector-for-each
       (lambda (leaf)
         (let ((undo (base-unregister (leaf-base leaf))))
           (if (and undo (not (eq? leaf winner))) (undo))))
       leaves))

    (define (finish leaf value losses)
      (let ((meant (leaf-nacks leaf)))
        (for-each (lambda (loss) (if (not (memq loss meant)) (lose! loss))) losses)
        (apply-wraps (leaf-wraps leaf) value)))

    (define (needs-undo? leaves)
      (let loop ((i 0))
        (and (< i (vector-length leaves))
             (or (base-unregister (leaf-base (vector-ref leaves i)))
                 (loop (+ i 1))))))

    ;; Waits; leaves nothing behind also when something is raised meanwhile.
    (define (wait-carefully leaves losses)
      (if (or (pair? losses) (needs-undo? leaves))
          (let* ((value (with-exception-handler
                         (lambda (obj)
                           (unregister-losers leaves #f)
                           (for-each lose! losses)
                           (raise-continuable obj))
                         (lambda () (wait-for leaves))))
                 (winner (%wait-tag)))
            (unregister-losers leaves winner)
            value)
          (wait-for leaves)))

    ;; Waits until one of them happens: that leaf, and its value.
    (define (wait-for-one leaves losses)
      (let* ((value (wait-carefully leaves losses))
             (leaf (%wait-tag)))
        (if (eq? leaf op-again)
            (try-or-wait leaves losses)
            (values leaf value))))

    (define (try-or-wait leaves losses)
      (turn-hold!)
      (let-values (((leaf value) (try-leaves leaves)))
        (if leaf
            (begin (turn-release!) (values leaf value))
            (wait-for-one leaves losses))))

    ;; ---- syncing

    ;;> (sync op)
    ;;> Waits until the operation happens; its value.
    (define (sync op)
      (cond ((base? op)
             (let ((value ((base-try op))))
               (if (eq? value op-not-ready) (sync-base op) value)))
            ((and (choice? op) (choice-leaves op))
             => (lambda (plain)
                  (let ((leaves (if (choice-ordered? op)
                                    plain
                                    (scheduler-shuffle! (vector-copy plain)))))
                    (let-values (((leaf value) (try-or-wait leaves '())))
                      (apply-wraps (leaf-wraps leaf) value)))))
            (else
             (check-op "sync" op)
             (let-values (((leaves losses) (expand op)))
               (let-values (((leaf value) (try-carefully leaves losses)))
                 (finish leaf value losses))))))

    ;; An error of a try leaves the sync, which is lost for all then.
    (define (try-carefully leaves losses)
      (if (null? losses)
          (try-or-wait leaves losses)
          (with-exception-handler
           (lambda (obj)
             (for-each lose! losses)
             (raise-continuable obj))
           (lambda () (try-or-wait leaves losses)))))

    (define (sync-base op)
      (if (base-unregister op)
          (let-values (((leaf value) (try-or-wait (vector (make-leaf op '() '())) '())))
            value)
          (begin
            (turn-hold!)
            (let ((value ((base-try op))))  ; somebody may have acted since the first time
              (if (eq? value op-not-ready)
                  (begin
                    ((base-register op) (%open-wait) #f)
                    (%wait (base-what op)))
                  (begin (turn-release!) value))))))

    ;;> (try-sync op [default])
    ;;> The value of the operation when it can happen now, else default.
    (define (try-sync op 1 . default)
      (check-op "try-sync" op)
      (let-values (((leaves losses) (expand op)))
        (let-values (((leaf value) (try-leaves leaves)))
          (cond (leaf (finish leaf value losses))
                (else
                 (for-each lose! losses)
                 (and (pair? default) (car default)))))))

    ;;> (sync/timeout seconds op [default])
    ;;> The value of the operation; default when it did not happen in time.
    (define (sync/timeout seconds op 1 . default)
      (sync (prefer-op op
                       (wrap-op (sleep-op seconds)
                                (lambda (v) (and (pair? default) (car default)))))))

    ;;> (sched-select op ...)
    ;;> The same as (sync (choice-op op ...)).
    (define (sched-select . ops) (sync (choice "sched-select" ops #f)))

    ;; ---- bases

    ;;> (at-op nanoseconds)
    ;;> Happens at that time of the scheduler's clock.
    (define (at-op time)
      (make-base
       (lambda () (if (>= (clock-now-ns) time) time op-not-ready))
       (lambda (ticket tag) (timer-add! ticket tag time))
       #f 'timer))

    ;;> (sleep-op seconds)
    ;;> Happens so many seconds after it was synced.
    (define (sleep-op seconds)
      (make-guard (lambda () (at-op (time-after seconds)))))

    ;;> (join-op task)
    ;;> Happens when the task has ended; the value is the task.
    (define (join-op task)
      (let ((queue (%task-end-queue task)))
        (make-wrap
         (make-base
          (lambda ()
            (if (memq (task-status task) '(finished crashed cancelled))
                task
                op-not-ready))
          (lambda (ticket tag) (waitq-add! queue ticket tag))
          #f queue)
         (lambda (v) task))))

    ;;> (waitq-op waitq [datum])
    ;;> Happens when something is given to the first in the queue, which waits there with
    ;;> datum; the value is what was given.
    (define (waitq-op queue 1 . datum)
      (let ((datum (and (pair? datum) (car datum))))
        (make-base
         (lambda () op-not-ready)
         (lambda (ticket tag) (waitq-add! queue ticket tag datum))
         #f queue)))))

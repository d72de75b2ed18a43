;; Promises: values that come later, with async and await.
;;
;; (async body ...) begins a task and is a promise of what the body returns or raises; await
;; waits for it. Waiting is an operation of the kit as well, so a promise may stand in a
;; choice beside channels and timers. Cancelling a promise cancels what works for it.
(define-library (fermata promise)
  (export promise async define-async await
          promise? promise-state promise-op promise-cancel!
          promise-resolve promise-reject promise-then promise-catch promise-finally
          promise-all promise-all-settled promise-race promise-any)
  (import (scheme base) (fermata condition) (fermata sched))
  (begin

    ;;> (promise? obj)
    ;;> Whether obj is a promise, of this library; those of delay are others.
    ;;
    ;;> (promise-state promise)
    ;;> pending, fulfilled or rejected.
    (define-record-type <promise>
      (make-promise state value queue cancel)
      promise?
      (state promise-state set-state!)   ; pending, fulfilled, rejected
      (value %value set-value!)          ; the value, or what was raised
      (queue %queue)                     ; who waits
      (cancel %cancel set-cancel!))      ; (cancel reason) ends what works for it

    (define (pending cancel) (make-promise 'pending #f (make-waitq 'promise) cancel))

    (define (check who obj)
      (if (not (promise? obj)) (error (string-append who ": a promise is wanted, got") obj)))

    (define (settle! p state value)
      (turn-hold!)
      (when (eq? (promise-state p) 'pending)
        (set-value! p value)
        (set-state! p state)
        (waitq-give-all! (%queue p) #t))
      (turn-release!))
    (define (reject! p obj) (settle! p 'rejected obj))

    ;; A promise resolved with another one becomes what that becomes.
    (define (resolve! p value)
      (cond ((not (promise? value)) (settle! p 'fulfilled value))
            ((eq? p value) (reject! p 'resolved-with-itself))
            (else
             (set-cancel! p (lambda (reason) (promise-cancel! value reason)))
             (task-spawn (lambda () (wait-for value) (settle-like! p value))))))

    ;;> (promise proc)
    ;;> Calls (proc resolve reject) and returns a promise, which the first call of one of
    ;;> the two settles. What proc raises rejects it.
    (define (promise proc)
      (let ((p (pending (lambda (reason) #f))))
        (guard (obj (#t (reject! p obj)))
          (proc (lambda (value) (if (eq? (promise-state p) 'pending) (resolve! p value)))
                (lambda (obj) (reject! p obj))))
        p))

    ;; The promise of what thunk returns, called in a task.
    (define (start thunk)
      (let* ((p (pending #f))
             (task (task-spawn (lambda ()
                                 (guard (obj (#t (reject! p obj)))
                                   (resolve! p (thunk)))))))
        (if (not (%cancel p))
            (set-cancel! p (lambda (reason) (task-cancel task reason))))
        p))

    ;;> (async body ...)
    ;;> Begins to evaluate the body in a task of its own; a promise of its value.
    (define-syntax async
      (syntax-rules () ((_ body ...) (start (lambda () body ...)))))

    ;;> (define-async (name . formals) body ...)
    ;;> Defines a procedure whose calls are promises.
    (define-syntax define-async
      (syntax-rules () ((_ (name . formals) body ...) (define (name . formals) (async body ...)))))

    ;; Registered first and looked at then: nothing gets lost in between.
    (define (wait-for p)
      (let ((ticket (wait-open)))
        (waitq-add! (%queue p) ticket #f)
        (if (eq? (promise-state p) 'pending)
            (wait-park (%queue p))
            (wait-close))))

    (define (outcome p)
      (if (eq? (promise-state p) 'fulfilled) (%value p) (raise (%value p))))

    ;;> (await promise)
    ;;> Waits for the promise; its value, or raises what it was rejected with. Of anything
    ;;> else, the thing itself.
    (define (await p)
      (if (promise? p) (begin (wait-for p) (outcome p)) p))

    ;;> (promise-op promise)
    ;;> The operation that happens when the promise is settled, as await would end.
    (define (promise-op p)
      (check "promise-op" p)
      (wrap-op
       (make-op (lambda () (if (eq? (promise-state p) 'pending) op-not-ready #t))
                (lambda (ticket tag)
                  (waitq-add! (%queue p) ticket tag)
                  (if (not (eq? (promise-state p) 'pending)) (waitq-give-all! (%queue p) #t)))
                #f 'promise)
       (lambda (v) (outcome p))))

    ;;> (promise-cancel! promise [reason])
    ;;> Cancels the task that works for a pending promise, or the promises it is made of;
    ;;> it is rejected, with a condition that cancelled? is true of.
    (define (promise-cancel! p 1 . reason)
      (check "promise-cancel!" p)
      (when (eq? (promise-state p) 'pending)
        (let ((reason (if (pair? reason) (car reason) 'cancelled)))
          ((%cancel p) reason)
          (reject! p (make-condition 'cancelled "cancelled:" (list reason))))))

    ;;> (promise-resolve obj)
    ;;> A promise fulfilled with obj; of a promise, that promise.
    (define (promise-resolve obj)
      (if (promise? obj) obj (make-promise 'fulfilled obj (make-waitq 'promise) #f)))

    ;;> (promise-reject obj)
    ;;> A promise rejected with obj.
    (define (promise-reject obj) (make-promise 'rejected obj (make-waitq 'promise) #f))

    ;;> (promise-then promise proc [on-rejected])
    ;;> A promise of what proc returns for the value, or on-rejected for what it was
    ;;> rejected with. Cancelling it cancels the other one.
    (define (promise-then p proc 1 . on-rejected)
      (check "promise-then" p)
      (let* ((next (start (lambda ()
                            (wait-for p)
                            (if (or (fulfilled? p) (null? on-rejected))
                                (proc (outcome p))
                                ((car on-rejected) (%value p))))))
             (cancel (%cancel next)))
        (set-cancel! next (lambda (reason) (promise-cancel! p reason) (cancel reason)))
        next))

    ;;> (promise-catch promise proc)
    ;;> A promise of its value, or of what proc returns for what it was rejected with.
    (define (promise-catch p proc) (promise-then p values proc))

    ;;> (promise-finally promise thunk)
    ;;> A promise of the same, after thunk was called in either case.
    (define (promise-finally p thunk)
      (promise-then p
                    (lambda (value) (thunk) value)
                    (lambda (obj) (thunk) (raise obj))))

    (define (settle-like! p other) (settle! p (promise-state other) (%value other)))
    (define (fulfilled? p) (eq? (promise-state p) 'fulfilled))

    ;; A promise that (settled p source last? sources) settles, called as each of them is;
    ;; without any, (settled p #f #t '()) is. Cancelling it cancels them.
    (define (combined objs settled)
      (let* ((sources (map promise-resolve objs))
             (left (length sources))
             (p (pending (lambda (reason)
                           (for-each (lambda (s) (promise-cancel! s reason)) sources)))))
        (if (null? sources) (settled p #f #t '()))
        (for-each (lambda (s)
                    (task-spawn (lambda ()
                                  (wait-for s)
                                  (set! left (- left 1))
                                  (settled p s (= left 0) sources))))
                  sources)
        p))

    ;;> (promise-all list)
    ;;> A promise of the list of all values; rejected as soon as one of them is.
    (define (promise-all objs)
      (combined objs
                (lambda (p s last? sources)
                  (cond ((and s (not (fulfilled? s))) (settle-like! p s))
                        (last? (settle! p 'fulfilled (map %value sources)))))))

    ;;> (promise-all-settled list)
    ;;> A promise of a list of (fulfilled value) and (rejected obj), once all are settled.
    (define (promise-all-settled objs)
      (combined objs
                (lambda (p s last? sources)
                  (if last?
                      (settle! p 'fulfilled
                               (map (lambda (s) (list (promise-state s) (%value s))) sources))))))

    ;;> (promise-race list)
    ;;> A promise of what the first one to settle becomes.
    (define (promise-race objs)
      (combined objs (lambda (p s last? sources) (if s (settle-like! p s)))))

    ;;> (promise-any list)
    ;;> A promise of the first value; rejected with the list of what all of them were
    ;;> rejected with when there is none.
    (define (promise-any objs)
      (combined objs
                (lambda (p s last? sources)
                  (cond ((and s (fulfilled? s)) (settle-like! p s))
                        (last? (reject! p (map %value sources)))))))))

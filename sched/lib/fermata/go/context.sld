;; Contexts: cancelling and deadlines that go down a tree of calls, and values with them.
;;
;; A context that can be cancelled knows its children by links of its own, so that one that
;; is done leaves nothing with its parent. The channel of context-done is made when somebody
;; asks for it.
(define-library (fermata go context)
  (export background-context context? context-with-cancel context-with-deadline
          context-with-timeout context-with-value context-without-cancel
          context-done context-err context-cause context-deadline context-value
          context-after-func)
  (import (scheme base) (fermata sched)
          (fermata go channel) (fermata go task) (fermata go time))
  (begin

    ;;> (context? obj)
    ;;> Whether obj is a context.
    (define-record-type <context>
      (%make-context parent node key value)
      context?
      (parent context-parent)
      (node context-node)          ; what cancels it, its own or one further up; or #f
      (key context-key)
      (value context-own-value))

    ;; What can be cancelled. First and last of its children are the node's own links.
    (define-record-type <node>
      (%make-node deadline action done err cause timer previous next child)
      node?
      (deadline node-deadline)     ; time of the clock, or #f
      (action node-action)         ; thunk called in a task when it is cancelled, or #f
      (done node-done set-node-done!)
      (err node-err set-node-err!)
      (cause node-cause set-node-cause!)
      (timer node-timer set-node-timer!)
      (previous node-previous set-node-previous!)   ; sibling, or the parent
      (next node-next set-node-next!)
      (child node-child set-node-child!))

    (define no-key (list 'no-key))

    (define (check who ctx)
      (if (not (context? ctx))
          (refuse 'wrong-type
                  (string-append who ": argument 1 must be a context, got")
                  ctx)))

    ;;> background-context
    ;;> The context that is never cancelled; others descend from it.
    (define background-context (%make-context #f #f no-key #f))

    (define (new-node parent deadline action)
      (let ((n (%make-node deadline action #f #f #f #f #f #f #f)))
        (cond ((not parent) #t)
              ((node-err parent)
               (cancel! n (node-err parent) (node-cause parent)))
              (else
               (let ((first (node-child parent)))
                 (set-node-previous! n parent)
                 (set-node-next! n first)
                 (if first (set-node-previous! first n))
                 (set-node-child! parent n))))
        n))

    (define (unlink! n)
      (let ((previous (node-previous n)) (next (node-next n)))
        (if previous
            (begin
              (if (eq? (node-child previous) n)
                  (set-node-child! previous next)
                  (set-node-next! previous next))
              (if next (set-node-previous! next previous))
              (set-node-previous! n #f)
              (set-node-next! n #f)))))

    (define (cancel! n err cause)
      (if (not (node-err n))
          (begin
            (set-node-err! n err)
            (set-node-cause! n cause)
            (unlink! n)
            (if (node-timer n) (call-cancel! (node-timer n)))
            (if (node-done n) (chan-close! (node-done n)))
            (if (node-action n) (begin-task (node-action n)))
            (let loop ()
              (let ((child (node-child n)))
                (if child
                    (begin
                      (cancel! child err cause)
                      (loop))))))))

    ;;> (context-with-cancel parent)
    ;;> A context and a procedure that cancels it: (cancel), or (cancel cause).
    (define (context-with-cancel parent)
      (check "context-with-cancel" parent)
      (derive parent #f))

    (define (derive parent deadline)
      (let ((n (new-node (context-node parent) deadline #f)))
        (values (%make-context parent n no-key #f)
                (lambda cause
                  (cancel! n 'canceled (if (pair? cause) (car cause) 'canceled))))))

    ;;> (context-with-timeout parent seconds [cause])
    ;;> The same; it is cancelled when so much time has passed, with that cause.
    (define (context-with-timeout parent seconds 1 . cause)
      (check "context-with-timeout" parent)
      (with-end parent (time-after seconds) cause))

    ;;> (context-with-deadline parent time [cause])
    ;;> The same; it is cancelled at that time, as time-now tells it.
    (define (context-with-deadline parent time 1 . cause)
      (check "context-with-deadline" parent)
      (with-end parent (time-after (- time (time-now))) cause))

    (define (deadline-of ctx)
      (and (context-node ctx) (node-deadline (context-node ctx))))

    (define (with-end parent time cause)
      (let ((earlier (deadline-of parent)))
        (if (and earlier (<= earlier time))
            (derive parent earlier)
            (let-values (((ctx cancel) (derive parent time)))
              (let ((n (context-node ctx))
                    (cause (if (pair? cause) (car cause) 'deadline-exceeded)))
                (define (expire) (cancel! n 'deadline-exceeded cause))
                (cond ((node-err n) #t)
                      ((<= time (clock-now-ns)) (expire))
                      (else (set-node-timer! n (call-at! time expire))))
                (values ctx cancel))))))

    ;;> (context-with-value parent key value)
    ;;> A context in which the key has that value.
    (define (context-with-value parent key value)
      (check "context-with-value" parent)
      (%make-context parent (context-node parent) key value))

    ;;> (context-without-cancel parent)
    ;;> A context with the same values, which is not cancelled when the parent is.
    (define (context-without-cancel parent)
      (check "context-without-cancel" parent)
      (%make-context parent #f no-key #f))

    ;;> (context-value context key)
    ;;> The value of the key (compared with equal?) there or further up; #f: it has none.
    (define (context-value ctx key)
      (check "context-value" ctx)
      (let loop ((ctx ctx))
        (cond ((not ctx) #f)
              ((equal? (context-key ctx) key) (context-own-value ctx))
              (else (loop (context-parent ctx))))))

    ;;> (context-done context)
    ;;> A channel that is closed when the context is cancelled; #f, the nil channel, for one
    ;;> that never is.
    (define (context-done ctx)
      (check "context-done" ctx)
      (let ((n (context-node ctx)))
        (cond ((not n) #f)
              ((node-done n) (node-done n))
              (else
               (let ((c (make-chan)))
                 (set-node-done! n c)
                 (if (node-err n) (chan-close! c))
                 c)))))

    ;;> (context-err context)
    ;;> The symbol canceled or deadline-exceeded; #f as long as it is neither.
    (define (context-err ctx)
      (check "context-err" ctx)
      (and (context-node ctx) (node-err (context-node ctx))))

    ;;> (context-cause context)
    ;;> The cause it was cancelled with, else what context-err says.
    (define (context-cause ctx)
      (check "context-cause" ctx)
      (and (context-node ctx) (node-cause (context-node ctx))))

    ;;> (context-deadline context)
    ;;> When it will be cancelled, as time-now tells time; or #f.
    (define (context-deadline ctx)
      (check "context-deadline" ctx)
      (let ((time (deadline-of ctx)))
        (and time (+ (time-now) (/ (- time (clock-now-ns)) 1e9)))))

    ;;> (context-after-func context thunk)
    ;;> Has the thunk called, in a task, when the context is cancelled. Returns a procedure
    ;;> that takes this back; it tells whether it was in time.
    (define (context-after-func ctx thunk)
      (check "context-after-func" ctx)
      (let ((n (new-node (context-node ctx) #f thunk)))
        (lambda ()
          (if (node-err n)
              #f
              (begin
                (set-node-err! n 'stopped)
                (unlink! n)
                #t)))))))

;; The workers of a store: who they are, whether they live, and how a flow goes from one to
;; another. Each keeps a line about itself in the store and renews it as it goes; the line
;; is a hint, and what a flow does never depends on it.
(define-library (fermata flow workers)
  (export make-worker tell-worker! worker-left! heir-for
          flow/workers flow/handoff)
  (import (scheme base)
          (only (fermata sched) current-scheduler)
          (fermata flow builtins) (fermata flow items) (fermata flow journals) (fermata flow guards)
          (fermata flow looks) (fermata flow run) (fermata flow history))
  (begin

    (define-record-type <worker> (%make-worker store name since limit queues version)
      worker?
      (store worker-store)
      (name worker-name)
      (since worker-since)       ; milliseconds since 1970
      (limit worker-limit)
      (queues worker-queues)     ; names, or #f for all
      (version worker-version set-worker-version!))

    ;; Refused when another that seems to live has the name. name: a symbol, or #f for one
    ;; made of the machine's name and the number of this process.
    (define (make-worker store name limit queues)
      (let* ((name (or name (%flow-worker-name)))
             (known (find-item store name))
             (others (and known (not (equal? (item-owner known) (%flow-store-owner store))))))
        (if (and others (> (item-until known) (now)))
            (refuse "there is a worker " name " already"))
        (%make-worker store name (now) limit queues (if known (item-version known) 0))))

    (define (now) (%flow-now (current-scheduler)))

    ;; Keeps what others are to know. busy: flows in hand; behind: milliseconds for which
    ;; flows have been ready that it had no room for; until: when to give it up for lost.
    (define (tell-worker! worker busy behind until)
      (let ((store (worker-store worker)))
        (let put ()
          (if (%item-put! store 'worker (worker-name worker) (worker-version worker) until
                          (list (%flow-store-owner store) (worker-since worker)
                                (worker-limit worker) (worker-queues worker) busy behind (now)))
              (set-worker-version! worker (+ (worker-version worker) 1))
              (let ((known (find-item store (worker-name worker))))
                (set-worker-version! worker (if known (item-version known) 0))
                (put))))))

    (define (worker-left! worker)
      (%item-drop! (worker-store worker) 'worker (worker-name worker)))

    ;; #(name version until (owner since limit queues busy behind seen)), as the store has it.
    (define (item-name item) (vector-ref item 0))
    (define (item-version item) (vector-ref item 1))
    (define (item-until item) (vector-ref item 2))
    (define (item-owner item) (list-ref (vector-ref item 3) 0))
    (define (item-limit item) (list-ref (vector-ref item 3) 2))
    (define (item-queues item) (list-ref (vector-ref item 3) 3))
    (define (item-busy item) (list-ref (vector-ref item 3) 4))

    (define (find-item store name) (%item store 'worker name))

    ;; The owner that a worker hands its flows to when it leaves: of those that live and
    ;; take the same queues the one with most room; #f when there is none. given: how many
    ;; each has got from here already, an association list.
    (define (heir-for worker given)
      (let loop ((items (%items (worker-store worker) 'worker 0)) (best #f) (most 0))
        (if (null? items)
            best
            (let* ((item (car items))
                   (got (assoc (item-owner item) given))
                   (room (- (item-limit item) (item-busy item) (if got (cdr got) 0)))
                   (fits (and (not (eq? (item-name item) (worker-name worker)))
                              (> (item-until item) (now))
                              (equal? (item-queues item) (worker-queues worker)))))
              (if (and fits (> room most))
                  (loop (cdr items) (item-owner item) room)
                  (loop (cdr items) best most))))))

    ;;> (flow/workers)
    ;;> The workers of the store, by name, each as an association list: name, lives? (whether
    ;;> it was heard of in time), since and seen (seconds since 1970), flows (in hand), limit,
    ;;> queues (names, or #f for all), behind (for how many seconds flows have been ready
    ;;> that it had no room for), owner. A worker that ended cleanly is not there any more.
    (define (flow/workers)
      (map (lambda (item)
             (let ((value (vector-ref item 3)))
               (list (cons 'name (item-name item))
                     (cons 'lives? (> (item-until item) (now)))
                     (cons 'since (/ (list-ref value 1) 1000))
                     (cons 'seen (/ (list-ref value 6) 1000))
                     (cons 'flows (item-busy item))
                     (cons 'limit (item-limit item))
                     (cons 'queues (item-queues item))
                     (cons 'behind (/ (list-ref value 5) 1000))
                     (cons 'owner (item-owner item)))))
           (%items (current-store) 'worker 0)))

    ;;> (flow/handoff id worker)
    ;;> Asks whoever runs the flow to hand it to that worker, named by a symbol, as soon as
    ;;> the steps that are under way have ended. A flow that ends or waits before that is
    ;;> not handed over: when it goes on, any worker takes it.
    (define (flow/handoff id worker)
      (check-name "flow/handoff" "name of the worker" worker)
      (let* ((id (as-id id))
             (store (current-store))
             (row (row-of (glance store id)))
             (item (find-item store worker)))
        (cond ((not (and (eq? (row-status row) 'running) (row-owner row)))
               (refuse id " is " (row-status row) ", and nobody runs it; there is nothing to hand over"))
              ((not item) (refuse "there is no worker " worker))
              ((<= (item-until item) (now))
               (refuse "nothing was heard of the worker " worker " lately"))
              ((equal? (row-owner row) (item-owner item))
               (refuse "the worker " worker " has " id " already"))
              (else
               (%flow-deliver! store id 'handoff
                               (string-append "handoff:" (number->string (row-length row)) ":"
                                              (item-owner item))
                               "0" 0 worker (item-owner item))))))))

;; Looking at flows: nothing here runs one on.
(define-library (fermata flow look)
  (export flow/status flow/result flow/list flow/waiting flow/query flow/attributes
          flow-resumable-ids flow-waits flow-wake)
  (import (scheme base)
          (fermata flow builtins) (fermata flow items) (fermata flow looks)
          (fermata flow guards)
          (fermata flow run) (fermata flow arguments) (fermata flow options) (fermata flow raised)
          (fermata flow history) (fermata flow elsewhere) (fermata flow program) (fermata flow live))
  (begin

    ;;> (flow/status id)
    ;;> running, suspended, stuck, queued, finished, failed, cancelled, delegated or copy;
    ;;> #f without such a flow.
    (define (flow/status id)
      (let ((known (%flow-history (current-store) (as-id id) 'row)))
        (and known (row-status (row-of known)))))

    ;;> (flow/result id)
    ;;> What a flow returned. Raises what it raised when it failed;
    ;;> (flow-suspended id tag) when it waits; (flow-delegated id peer) when a peer goes on
    ;;> with it.
    (define (flow/result id)
      (let* ((id (as-id id))
             (known (outline (current-store) id))
             (status (row-status (row-of known)))
             (last (last-of (cdr known))))
        (case status
          ((finished) (record-value last))
          ((failed) (raise (datum->raised (record-value last))))
          ((suspended)
           (list 'flow-suspended id (waits-first known)))
          ((queued) (list 'flow-queued id))
          ((delegated) (list 'flow-delegated id (place-elsewhere (row-of known))))
          ((copy) (refuse-elsewhere (row-of known)))
          (else (refuse id " is " status)))))

    ;;> (flow/query id name)
    ;;> What the query of that name tells of a flow that waits: the value of the
    ;;> thunk given to define-query. Nothing is recorded.
    (define (flow/query id name)
      (not-while-rebuilding)
      (let* ((id (as-id id))
             (store (current-store))
             (known (glance store id))
             (run (begin
                    (if (eq? (row-status (row-of known)) 'delegated)
                        (refuse-elsewhere (row-of known)))
                    (run-to-look-at store id known)))
             (query (assq name (run-queries run))))
        (if query
            (parameterize ((current-place (asked-place "a query" (run-journal run) "0" name
                                                       #f #f)))
              ((cdr query)))
            (refuse id " has no query " name))))

    ;; A flow may wait for updates alone.
    (define (waits-first known)
      (let ((waits (all-waits (cdr known))))
        (if (pair? waits)
            (record-name (car waits))
            (string->symbol (row-waiting (row-of known))))))

    ;; When a timer is to let it go on, in milliseconds; 0 without one.
    (define (flow-wake id)
      (row-wake (row-of (glance (current-store) (as-id id)))))

    ;; Pairs (kind . name) of its open waits, the kind being that of the record.
    (define (flow-waits id)
      (map (lambda (r) (cons (record-event r) (record-name r)))
           (all-waits (cdr (outline (current-store) (as-id id))))))

    ;;> (flow/waiting id)
    ;;> The tags and signals that a flow waits for; sleep where it waits for time.
    (define (flow/waiting id)
      (map record-name (all-waits (cdr (outline (current-store) (as-id id))))))

    ;;> (flow/list option value ...)
    ;;> Flows, newest first, each as (id name status waiting). Options: status (one
    ;;> or a list of them), name (of the flow), since and until (seconds since 1970:
    ;;> started then or later, before then), where (a list of pairs: attributes
    ;;> that it has, see flow-attribute!), limit (how many).
    (define (flow/list . options)
      (let* ((get (lambda (name default)
                    (get-option "flow/list" options list-options name default)))
             (status (get 'status '()))
             (ms (lambda (second) (exact (ceiling (* 1000 second))))))
        (map (lambda (row)
               (list (row-id row) (row-name row) (row-status row) (row-waiting row)))
             (%flow-list (current-store)
                         (vector (if (list? status) status (list status))
                                 (get 'name #f) (get 'limit 0)
                                 (ms (get 'since 0)) (ms (get 'until 0))
                                 (get 'where '()) 0)))))

    (define (status? obj)
      (memq obj '(running suspended stuck finished failed cancelled queued delegated copy)))
    (define list-options
      (list (list 'status "a status or a list of them, see flow/status"
                  (lambda (obj) (or (status? obj) ((list-of status?) obj))))
            (list 'name "a symbol, the name of a flow" symbol?)
            (list 'since "a time, in seconds since 1970" real?)
            (list 'until "a time, in seconds since 1970" real?)
            (list 'where "a list of pairs of a name, a symbol, and a value" named-values?)
            (list 'limit "an exact integer, 0 or more" index?)))

    ;;> (flow/attributes id)
    ;;> The attributes of a flow, pairs of name and value.
    (define (flow/attributes id)
      (%flow-attributes (current-store) (as-id id)))

    ;;> (flow-resumable-ids)
    ;;> The ids of the flows that wait, or whose process ended in the middle.
    (define (flow-resumable-ids)
      (let loop ((rows (%flow-list (current-store))) (ids '()))
        (cond ((null? rows) (reverse ids))
              ((or (closed? (row-status (car rows))) (elsewhere? (car rows)) (row-owned? (car rows)))
               (loop (cdr rows) ids))
              (else (loop (cdr rows) (cons (row-id (car rows)) ids))))))))

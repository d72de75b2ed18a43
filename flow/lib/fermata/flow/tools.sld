;; What keeps flows going and changes them from outside: the worker, copies that
;; go on from an earlier place, other programs for flows that run.
(define-library (fermata flow tools)
  (export flow/work flow/fork flow/retry flow/skip
          flow/divergence compatibility migrate-flow)
  (import (scheme base)
          (fermata table)
          (only (fermata sched) task-spawn task-sleep current-scheduler)
          (only (fermata condition) condition-kind condition-message condition?)
          (fermata flow builtins) (fermata flow looks)
          (fermata flow run) (fermata flow engine) (fermata flow history) (fermata flow host)
          (fermata flow nodes) (fermata flow program))
  (begin

    ;; ---- the worker

    ;;> (flow/work option value ...)
    ;;> Runs whatever can go on in the store: flows whose timers are due, that got
    ;;> mail, or whose process ended. Options: once (#t: returns when nothing is
    ;;> due any more), limit (flows at a time, 50), poll (seconds between looks, 1),
    ;;> tell (a procedure that gets an id and what became of it).
    (define (flow/work . options)
      (let* ((get (lambda (name default)
                    (get-option "flow/work" options '(once limit poll tell) name default)))
             (once (get 'once #f)) (limit (get 'limit 50)) (poll (get 'poll 1))
             (tell (get 'tell (lambda (id outcome) #t)))
             (store (current-store))
             (busy (make-eq-hash-table))
             (hopeless (make-eq-hash-table)))   ; cannot run here
        (define (begin! id)
          (hash-table-set! busy id #t)
          (task-spawn
           (lambda ()
             (let ((outcome
                    (guard (raised (#t (if (or (not (condition? raised))
                                               (not (flow-closed? id)))
                                           (hash-table-set! hopeless id #t))
                                       (list 'raised raised)))
                      (parameterize ((current-flow-store store))
                        (flow/recover id)))))
               (hash-table-delete! busy id)
               (tell id outcome)))
           'name id))
        (define (flow-closed? id)
          (memq (flow/status id) '(finished failed cancelled)))
        (let look ()
          (let* ((found (%flow-due store (+ limit (hash-table-count hopeless))))
                 (ready (filter-ids (lambda (id)
                                      (not (or (hash-table-contains? busy id)
                                               (hash-table-contains? hopeless id))))
                                    (map (lambda (row) (vector-ref row 0)) (cdr found)))))
            (for-each (lambda (id)
                        (if (< (hash-table-count busy) limit) (begin! id)))
                      ready)
            (cond ((and once (null? ready) (= (hash-table-count busy) 0)) #t)
                  (else
                   (task-sleep (pause poll (car found) (hash-table-count busy)))
                   (look)))))))

    ;; Seconds until the next look: not longer than until the next timer.
    (define (pause poll wake busy)
      (let ((left (- wake (%flow-now (current-scheduler)))))
        (cond ((> busy 0) (min poll 1/100))
              ((and (> wake 0) (< left (* 1000 poll))) (max 1/1000 (/ left 1000)))
              (else poll))))

    (define (filter-ids keep? ids)
      (cond ((null? ids) '())
            ((keep? (car ids)) (cons (car ids) (filter-ids keep? (cdr ids))))
            (else (filter-ids keep? (cdr ids)))))

    ;; ---- copies

    ;;> (flow/fork id length)
    ;;> A copy of the flow with the first length records of its history, which
    ;;> goes on from there; its id. What those records recorded is not done again.
    (define (flow/fork id length)
      (copy (as-id id) length #f))

    (define (copy id length extra)
      (let* ((store (current-store))
             (name (row-name (row-of (history store id)))))
        (%flow-copy store id store (%flow-new-id name) length extra)))

    ;;> (flow/retry id)
    ;;> A copy of a flow that failed, in which the last step that failed is done
    ;;> again; its id.
    (define (flow/retry id)
      (let ((id (as-id id)))
        (copy id (last-failure id) #f)))

    ;;> (flow/skip id value)
    ;;> A copy of a flow that failed, in which the last step that failed returned
    ;;> value instead; its id.
    (define (flow/skip id value)
      (let* ((id (as-id id))
             (at (last-failure id))
             (failure (list-ref (cdr (history (current-store) id)) at)))
        (%flow-check-plain value "the value")
        (copy id at (vector 'step-result (vector-ref failure 1) (vector-ref failure 2)
                            (vector-ref failure 3) value))))

    (define (last-failure id)
      (let loop ((rest (cdr (history (current-store) id))) (i 0) (found #f))
        (cond ((pair? rest)
               (loop (cdr rest) (+ i 1)
                     (if (eq? (vector-ref (car rest) 0) 'step-failed) i found)))
              (found found)
              (else (refuse "no step of " id " has failed")))))

    ;; ---- other programs

    ;;> (flow/divergence id flow)
    ;;> How the history of a flow differs from what flow, a procedure, would do: a
    ;;> text, or #f when they agree. Nothing is written and nothing acts.
    (define (flow/divergence id flow)
      (let ((journal (%flow-read (current-store) (as-id id))))
        (let ((problem
               (guard (raised ((and (condition? raised)
                                    (eq? (condition-kind raised) 'flow-mismatch))
                               (condition-message raised)))
                 (look-at-run journal flow)
                 #f)))
          (%flow-forget! journal)
          problem)))

    ;; For each open flow: (id name what), what being #f, a divergence, or missing.
    (define (compatibility)
      (let loop ((rows (%flow-list (current-store))) (found '()))
        (cond ((null? rows) (reverse found))
              ((memq (row-status (car rows)) '(finished failed cancelled))
               (loop (cdr rows) found))
              (else
               (let* ((row (car rows))
                      (node (find-flow (row-name row))))
                 (loop (cdr rows)
                       (cons (list (row-id row) (row-name row)
                                   (if node (flow/divergence (row-id row) node) 'missing))
                             found)))))))

    ;; The flow goes on with the program of this process. A text when it cannot.
    (define (migrate-flow id dry-run?)
      (let* ((id (as-id id))
             (store (current-store))
             (known (history store id))
             (row (row-of known))
             (node (or (find-flow (row-name row))
                       (refuse "no flow is called " (row-name row) " in this program"))))
        (check-open known)
        (or (flow/divergence id node)
            (and (not dry-run?)
                 (let ((journal (%flow-claim store id)))
                   (if (not journal) (refuse id " is running in another process"))
                   (%flow-record! journal 'migrated "0" 0
                                  (string->symbol (program-here store)) 0)
                   (if (eq? (row-status row) 'suspended)
                       (%flow-settle! journal 'suspended (row-waiting row)
                                      (vector-ref row 7))
                       (%flow-put-down! journal))
                   #f)))))))

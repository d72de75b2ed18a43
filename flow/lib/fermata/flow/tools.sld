;; What changes flows from outside: copies that go on from an earlier place, other
;; programs for flows that run.
(define-library (fermata flow tools)
  (export flow/fork flow/retry flow/skip flow/purge flow/import flow-store-export flow-store-import!
          flow/divergence divergence-here compatibility migrate-flow)
  (import (scheme base)
          (only (fermata condition) condition-kind condition-message condition?)
          (only (fermata sched) current-scheduler)
          (fermata flow builtins) (fermata flow asking) (fermata flow journals) (fermata flow looks)
          (fermata flow run) (fermata flow engine) (fermata flow history) (fermata flow host) (fermata flow live)
          (fermata flow look) (fermata flow arguments) (fermata flow options)
          (fermata flow nodes) (fermata flow program))
  (begin

    ;; ---- copies

    ;;> (flow/fork id n option value ...)
    ;;> A copy of the flow with the first n records of its history, which
    ;;> goes on from there; its id. What those records recorded is not done again.
    ;;> Option: value, what the last of these records says instead: the input, the
    ;;> result of a step, an answer, what came with a signal.
    (define (flow/fork id n . options)
      (check-argument 'flow/fork 2 index? "an exact integer, 0 or more" n)
      (let* ((id (as-id id)) (none (list 'none))
             (value (get-option "flow/fork" options '(value) 'value none)))
        (if (eq? value none)
            (copy id n #f)
            (let* ((records (cdr (history (current-store) id)))
                   (last (and (<= 2 n (length records))
                              (list-ref records (- n 1)))))
              (%flow-check-plain value "the value")
              (if (not (and last (memq (record-event last)
                                       '(started step-result resumed signalled))))
                  (refuse "flow/fork: record " n " of " id " has no value of its own"
                          (if last
                              (string-append "; it is " (symbol->string (record-event last)))
                              "")))
              (copy id (- n 1)
                    (vector (record-event last) (record-strand last) (record-ordinal last)
                            (record-name last) value (record-at last)))))))

    (define (copy id length extra)
      (not-while-rebuilding)
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
        (copy id at (vector 'step-result (record-strand failure) (record-ordinal failure)
                            (record-name failure) value (record-at failure)))))

    (define (last-failure id)
      (let loop ((rest (cdr (history (current-store) id))) (i 0) (found #f))
        (cond ((pair? rest)
               (loop (cdr rest) (+ i 1)
                     (if (eq? (vector-ref (car rest) 0) 'step-failed) i found)))
              (found found)
              (else (refuse "no step of " id " has failed")))))

    ;;> (flow/purge days)
    ;;> Removes flows that ended more than so many days ago; how many it were.
    (define (flow/purge days)
      (check-argument 'flow/purge 1 seconds? "a number of days, 0 or more" days)
      (%flow-now (current-scheduler))   ; a store in memory goes by it
      (%flow-purge! (current-store) (exact (floor (* 86400000 days)))))

    ;;> (flow/import text)
    ;;> Takes in what fermata flow export wrote. The history is replayed before: when
    ;;> the program would not do what it says, nothing is taken in. A list of the id,
    ;;> how many records there are, and whether they were replayed; they are not when
    ;;> the program is not in the text, nor here.
    (define (flow/import text)
      (not-while-rebuilding)
      (let* ((trial (open-flow-store "memory:"))
             (id (%flow-import trial text))
             (known (history trial id))
             (node (find-node trial known)))
        (if node
            (parameterize ((current-flow-store trial))
              (let ((problem (flow/divergence id (car node))))
                (if problem (refuse problem)))))
        (%flow-import (current-store) text)
        (list id (length (cdr known)) (and node #t))))

    ;;> (flow-store-export id ...)
    ;;> These flows, or all that the store has: a list of texts, each as fermata flow
    ;;> export writes it.
    (define (flow-store-export . ids)
      (let ((store (current-store)))
        (map (lambda (id) (%flow-export store (as-id id)))
             (if (pair? ids) ids (reverse (map row-id (%flow-list store)))))))

    ;;> (flow-store-import! texts)
    ;;> Takes in what flow-store-export gave, each as flow/import does; their ids.
    (define (flow-store-import! texts)
      (check-argument 'flow-store-import! 1 (list-of string?) "a list of strings" texts)
      (map (lambda (text) (car (flow/import text))) texts))

    ;; ---- other programs

    ;;> (flow/divergence id flow [n])
    ;;> How the history of a flow, or its first n records, differs from what flow, a
    ;;> procedure, would do: a text, or #f when they agree. Nothing is written and
    ;;> nothing acts.
    (define (flow/divergence id flow 1 . n)
      (let ((journal (apply %flow-read (current-store) (as-id id) n)))
        (let ((problem
               (guard (raised ((and (condition? raised)
                                    (eq? (condition-kind raised) 'flow-mismatch))
                               (condition-message raised)))
                 (look-at-run journal flow)
                 #f)))
          (%flow-forget! journal)
          problem)))

    ;; The same for this program's flow of that name.
    (define (divergence-here id n)
      (let* ((row (row-of (outline (current-store) (as-id id))))
             (node (find-flow (row-name row))))
        (if (not node) (refuse "no flow is called " (row-name row) " in this program"))
        (flow/divergence id node n)))

    ;; For each open flow: (id name what), what being #f, a divergence, or missing.
    (define (compatibility)
      (let loop ((rows (%flow-list (current-store))) (found '()))
        (cond ((null? rows) (reverse found))
              ((memq (row-status (car rows)) '(finished failed cancelled delegated copy))
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
                       (%flow-put-down! journal #f))
                   #f)))))))

;; The host's side: starting, resuming, cancelling and looking at flows.
;;
;; A flow belongs to the process that runs it only while it runs; when it waits,
;; any process may resume it. It goes on with the program it was started by,
;; which the store keeps, unless this process runs that very program.
(define-library (fermata flow host)
  (export flow/start flow/resume flow/recover flow/cancel
          flow/status flow/result flow/list flow/waiting flow-resumable-ids
          flow-suspended? flow-suspended-id flow-suspended-tag
          start-plan resume-plan recover-plan current-store
          open-flow-store use-flow-store! current-flow-store flow-store-url)
  (import (scheme base) (scheme write)
          (only (fermata condition) make-condition)
          (fermata flow builtins) (fermata flow engine) (fermata flow nodes)
          (fermata flow program) (fermata flow raised))
  (begin

    ;; ---- stores

    ;;> (open-flow-store url)
    ;;> The store of that URL: "sqlite:PATH", or "memory:" for a new one that
    ;;> lasts as long as the process.
    (define (open-flow-store url) (%flow-store url))

    (define chosen-store #f)

    ;;> (use-flow-store! store)
    ;;> From now on flows are kept in that store, given by itself or by its URL.
    ;;> Until then, the one that --store or FERMATA_STORE names, or flows.sqlite
    ;;> in the user's state directory.
    (define (use-flow-store! store)
      (set! chosen-store (if (string? store) (open-flow-store store) store)))

    ;;> (current-flow-store)
    ;;> A parameter: the store that flows are kept in within a parameterize.
    (define current-flow-store (make-parameter #f))

    (define (current-store)
      (or (current-flow-store) chosen-store (%flow-store #f)))

    ;;> (flow-store-url)
    ;;> Where flows are kept now.
    (define (flow-store-url) (%flow-store-url (current-store)))

    (define (refuse . parts)
      (let ((port (open-output-string)))
        (for-each (lambda (part) (display part port)) parts)
        (raise (make-condition 'flow-error (get-output-string port) '()))))

    ;; ---- what a suspended flow answers

    ;;> (flow-suspended? obj)
    ;;> Whether obj is (flow-suspended id tag), the answer of a flow that waits.
    (define (flow-suspended? obj)
      (and (list? obj) (= (length obj) 3) (eq? (car obj) 'flow-suspended)))

    ;;> (flow-suspended-id suspended)
    ;;> The id of the flow that waits.
    (define (flow-suspended-id suspended) (list-ref suspended 1))

    ;;> (flow-suspended-tag suspended)
    ;;> The tag it waits for; the first one when it waits for several.
    (define (flow-suspended-tag suspended) (list-ref suspended 2))

    ;; ---- starting

    ;;> (flow/start flow input)
    ;;> Starts a flow, given as a procedure or by its name. What it returns, or
    ;;> (flow-suspended id tag) when it waits. What the flow raises is raised
    ;;> here.
    (define (flow/start flow input)
      ((start-plan flow input)))

    ;; Plans: what can be refused is refused at once; the thunk then runs the
    ;; flow.
    (define (start-plan flow input)
      (not-while-rebuilding)
      (let* ((name (cond ((symbol? flow) flow)
                         ((and (procedure? flow) (flow-name-of flow)))
                         (else (refuse "flow/start: argument 1 must be a flow made by"
                                       " defflow, or its name, got " flow))))
             (node (or (flow-here name)
                       (refuse "flow/start: no flow is called " name))))
        (if (in-flow?)
            (refuse "flow/start: a flow may not start another by itself; do it in a step"))
        (%flow-check-plain input "the input of the flow")
        (lambda ()
          (let* ((store (current-store))
                 (journal (%flow-create store name (program-here store) input)))
            (run store journal node #f)))))

    ;; A flow that a step starts belongs to the program of the flow around it.
    (define current-instance (make-parameter #f))  ; #f or (hash . finder)

    (define (flow-here name)
      (let ((instance (current-instance)))
        (if instance ((cdr instance) name) (find-flow name))))

    (define (program-here store)
      (cond ((current-instance) => car)
            ((current-program)
             => (lambda (text) (%flow-save-program store text)))
            (else "-")))

    ;; Runs what the journal holds, and says how it ended.
    (define (run store journal node answer)
      (let* ((id (%flow-id journal))
             (hash (%flow-program journal))
             (outcome
              (parameterize ((current-instance (instance-of hash)))
                (run-flow journal node (%flow-input journal) answer))))
        (case (car outcome)
          ((returned) (cdr outcome))
          ((suspended) (list 'flow-suspended id (cadr outcome)))
          ((cancelled) (list 'flow-cancelled id (cdr outcome)))
          (else
           ;; Something came in while it was being put down.
           (let ((again (%flow-claim store id)))
             (if again
                 (run store again node #f)
                 (list 'flow-suspended id (cadr outcome))))))))

    ;; ---- the state of a flow, read from its records

    (define (history store id)
      (or (%flow-history store id)
          (refuse "there is no flow " id " in " (%flow-store-url store))))

    (define (row-of history) (car history))
    (define (row-id row) (vector-ref row 0))
    (define (row-name row) (vector-ref row 1))
    (define (row-status row) (vector-ref row 2))
    (define (row-waiting row) (vector-ref row 3))
    (define (row-owned? row) (vector-ref row 6))

    (define (record-event r) (vector-ref r 0))
    (define (record-strand r) (vector-ref r 1))
    (define (record-ordinal r) (vector-ref r 2))
    (define (record-name r) (vector-ref r 3))
    (define (record-value r) (vector-ref r 5))

    (define (closed? status) (memq status '(finished failed cancelled)))

    (define (same-place? a b)
      (and (= (record-ordinal a) (record-ordinal b))
           (string=? (record-strand a) (record-strand b))))

    ;; The records of waits without an answer, oldest first.
    (define (open-waits records)
      (let loop ((rest records) (open '()))
        (cond ((null? rest) (reverse open))
              ((eq? (record-event (car rest)) 'suspended)
               (loop (cdr rest) (cons (car rest) open)))
              ((memq (record-event (car rest)) '(resumed withdrawn))
               (loop (cdr rest) (without (car rest) open)))
              (else (loop (cdr rest) open)))))

    (define (without place list)
      (cond ((null? list) '())
            ((same-place? (car list) place) (cdr list))
            (else (cons (car list) (without place (cdr list))))))

    ;; The names of the branches that a strand stands in, as their forks
    ;; recorded them.
    (define (branch-names records strand)
      (let loop ((rest records) (names '()))
        (if (null? rest)
            names
            (let ((r (car rest)))
              (loop (cdr rest)
                    (if (eq? (record-event r) 'branches)
                        (append (names-in-fork r strand) names)
                        names))))))

    (define (names-in-fork r strand)
      (let name ((i (car (record-value r))) (names (list-ref (record-value r) 2)))
        (if (null? names)
            '()
            (let ((path (string-append (record-strand r) "." (number->string i))))
              (if (or (string=? strand path)
                      (starts-with? strand (string-append path ".")))
                  (list (car names))
                  (name (+ i 1) (cdr names)))))))

    (define (starts-with? text prefix)
      (let ((n (string-length prefix)))
        (and (<= n (string-length text))
             (string=? (string-copy text 0 n) prefix))))

    ;; ---- resuming

    ;;> (flow/resume id value)
    ;;> (flow/resume id tag value)
    ;;> Gives value to a flow that waits, and runs it on. tag names the wait
    ;;> when there are several: by its tag, or by the branch it stands in. The
    ;;> result is as of flow/start; (flow-delivered id) when another process has
    ;;> the flow and will take the value in.
    (define (flow/resume id . rest)
      ((apply resume-plan id rest)))

    (define (resume-plan id . rest)
      (not-while-rebuilding)
      (if (not (memv (length rest) '(1 2)))
          (refuse "flow/resume: wants an id, perhaps a tag, and a value"))
      (if (in-flow?)
          (refuse "flow/resume: a flow may not resume another by itself; do it in a step"))
      (let* ((id (as-id id))
             (tag (and (pair? (cdr rest)) (car rest)))
             (value (if (pair? (cdr rest)) (cadr rest) (car rest)))
             (store (current-store))
             (known (history store id))
             (wait (begin (check-open known)
                          (pick-wait id tag known))))
        (%flow-check-plain value "the answer")
        (let* ((node (node-of store known))
               (journal (%flow-claim store id)))
          (if journal
              (begin
                (check-still-open store journal id wait)
                (lambda ()
                  (run store journal node
                       (vector (record-strand wait) (record-ordinal wait) value))))
              (begin
                (%flow-deliver! store id 'answer
                                (string-append "answer:" (record-strand wait) "#"
                                               (number->string (record-ordinal wait)))
                                (record-strand wait) (record-ordinal wait)
                                (record-name wait) value)
                (lambda () (list 'flow-delivered id)))))))

    ;;> (flow/recover id)
    ;;> Runs on a flow whose process ended in the middle.
    (define (flow/recover id)
      ((recover-plan id)))

    (define (recover-plan id)
      (not-while-rebuilding)
      (let* ((id (as-id id))
             (store (current-store))
             (known (history store id)))
        (check-open known)
        (let* ((node (node-of store known))
               (journal (%flow-claim store id)))
          (if journal
              (lambda () (run store journal node #f))
              (refuse id " is running in another process")))))

    (define (as-id id)
      (cond ((symbol? id) id)
            ((string? id) (string->symbol id))
            (else (refuse "the id of a flow is a symbol or a string, got " id))))

    (define (check-open known)
      (let ((row (row-of known)))
        (if (closed? (row-status row))
            (refuse (row-id row) " is " (row-status row) "; it cannot be resumed"))))

    ;; Between the look at the history and the claim another may have answered.
    (define (check-still-open store journal id wait)
      (let ((waits (open-waits (cdr (history store id)))))
        (if (= (length (without wait waits)) (length waits))
            (begin
              (%flow-put-down! journal)
              (refuse id " has had an answer to " (record-name wait) " already")))))

    (define (pick-wait id tag known)
      (let* ((records (cdr known))
             (waits (open-waits records))
             (fitting (if tag (waits-named tag waits records) waits)))
        (cond ((= (length fitting) 1) (car fitting))
              ((null? waits)
               (refuse id " waits for nothing"
                       (if (eq? (row-status (row-of known)) 'running)
                           "; it was interrupted, or is running" "")))
              ((null? fitting)
               (refuse id " does not wait for " tag ", but for "
                       (names-of waits records)))
              (tag
               (refuse id " waits for " tag " more than once; name the branch: "
                       (names-of fitting records)))
              (else
               (refuse id " waits for several answers; name one: "
                       (names-of waits records))))))

    (define (waits-named tag waits records)
      (let loop ((rest waits) (by-tag '()) (by-branch '()))
        (cond ((null? rest)
               (reverse (if (pair? by-tag) by-tag by-branch)))
              ((eq? (record-name (car rest)) tag)
               (loop (cdr rest) (cons (car rest) by-tag) by-branch))
              ((memq tag (branch-names records (record-strand (car rest))))
               (loop (cdr rest) by-tag (cons (car rest) by-branch)))
              (else (loop (cdr rest) by-tag by-branch)))))

    (define (names-of waits records)
      (let loop ((rest waits) (text ""))
        (if (null? rest)
            text
            (let* ((branches (branch-names records (record-strand (car rest))))
                   (name (symbol->string (record-name (car rest))))
                   (shown (if (pair? branches)
                              (string-append name " (branch "
                                             (symbol->string (car branches)) ")")
                              name)))
              (loop (cdr rest)
                    (if (string=? text "") shown (string-append text ", " shown)))))))

    ;; The program of that hash, when it was made again here.
    (define (instance-of hash)
      (let ((finder (known-program hash)))
        (and finder (cons hash finder))))

    ;; The procedure of a flow: this program's when it is the same one, else the
    ;; stored.
    (define (node-of store known)
      (let* ((name (row-name (row-of known)))
             (hash (symbol->string (record-name (cadr known))))
             (node (if (or (string=? hash "-") (current-program? hash))
                       (find-flow name)
                       ((rebuilt-program hash (%flow-load-program store hash)) name))))
        (or node
            (refuse "no flow is called " name " here"
                    (if (string=? hash "-")
                        "; it was started by definitions that were not stored"
                        "")))))

    ;; ---- cancelling

    ;;> (flow/cancel id [reason])
    ;;> Ends a flow for good; it cannot be resumed. cancelled, or cancelling
    ;;> when it runs in another process, which stops it before its next step.
    (define (flow/cancel id . rest)
      (not-while-rebuilding)
      (let* ((id (as-id id))
             (reason (if (pair? rest) (car rest) "cancelled"))
             (store (current-store))
             (status (row-status (row-of (history store id)))))
        (if (closed? status)
            (refuse id " is " status " already"))
        (%flow-check-plain reason "the reason")
        (let ((journal (%flow-claim store id)))
          (if journal
              (begin
                (%flow-record! journal 'cancelled "0" 0 (%flow-name journal) 0 reason)
                (%flow-settle! journal 'cancelled "" "")
                'cancelled)
              (begin
                (%flow-deliver! store id 'cancel "cancel" "0" 0 'cancel reason)
                'cancelling)))))

    ;; ---- looking

    ;;> (flow/status id)
    ;;> running, suspended, stuck, finished, failed or cancelled; #f without
    ;;> such a flow.
    (define (flow/status id)
      (let ((known (%flow-history (current-store) (as-id id))))
        (and known (row-status (row-of known)))))

    ;;> (flow/result id)
    ;;> What a flow returned. Raises what it raised when it failed;
    ;;> (flow-suspended id tag) when it waits.
    (define (flow/result id)
      (let* ((id (as-id id))
             (known (history (current-store) id))
             (status (row-status (row-of known)))
             (last (last-of (cdr known))))
        (case status
          ((finished) (record-value last))
          ((failed) (raise (datum->raised (record-value last))))
          ((suspended)
           (list 'flow-suspended id (record-name (car (open-waits (cdr known))))))
          (else (refuse id " is " status)))))

    (define (last-of list)
      (if (null? (cdr list)) (car list) (last-of (cdr list))))

    ;;> (flow/waiting id)
    ;;> The tags that a flow waits for.
    (define (flow/waiting id)
      (map record-name (open-waits (cdr (history (current-store) (as-id id))))))

    ;;> (flow/list)
    ;;> All flows, newest first, each as (id name status waiting).
    (define (flow/list)
      (map (lambda (row)
             (list (row-id row) (row-name row) (row-status row) (row-waiting row)))
           (%flow-list (current-store))))

    ;;> (flow-resumable-ids)
    ;;> The ids of the flows that wait, or whose process ended in the middle.
    (define (flow-resumable-ids)
      (let loop ((rows (%flow-list (current-store))) (ids '()))
        (cond ((null? rows) (reverse ids))
              ((or (closed? (row-status (car rows))) (row-owned? (car rows)))
               (loop (cdr rows) ids))
              (else (loop (cdr rows) (cons (row-id (car rows)) ids))))))))

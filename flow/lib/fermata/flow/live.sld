;; Flows that are run here: with which program, and the continuations of those
;; that wait.
;;
;; A flow belongs to the process that runs it only while it runs; when it waits,
;; any process may go on with it. It goes on with the program it was started by,
;; which the store keeps, unless this process runs that very program.
(define-library (fermata flow live)
  (export run-from-journal take-flow is-live? live-wait flow-evict! flow-live-limit
          started-by-parent note-started! wake-flow
          run-to-look-at
          current-instance flow-here program-here plain-definitions
          with-fresh-program with-instance within find-node node-of
          node-to-look-at)
  (import (scheme base)
          (fermata table)
          (fermata flow builtins) (fermata flow asking) (fermata flow journals)
          (fermata flow guards)
          (only (fermata flow sources) %flow-save-current-program %flow-typed-program?)
          (fermata flow run) (fermata flow parents) (fermata flow engine) (fermata flow nodes)
          (fermata flow data) (fermata flow arguments) (fermata flow history) (fermata flow program))
  (begin

    ;; ---- running

    ;; Flows that wait and were run here, by store and id: they go on where they
    ;; wait, if nobody else touched them. Those that ran last are young; when there
    ;; are enough of these, or memory is short, they are the old ones, and the old
    ;; ones are let go.
    (define young (make-equal-hash-table))
    (define old (make-equal-hash-table))

    ;;> (flow-live-limit)
    ;;> A parameter: how many flows that wait are kept in memory, so that they go on
    ;;> without being rebuilt (10000); fewer when memory is short. Those that nobody
    ;;> asked for longest are let go.
    (define flow-live-limit
      (make-parameter 10000 (lambda (n)
                              (check-argument 'flow-live-limit 1 index?
                                              "an exact integer, 0 or more" n)
                              n)))

    (define (keep-live! store id run-and-instance)
      (if (or (>= (* 2 (hash-table-count young)) (flow-live-limit)) (%flow-memory-short?))
          (begin
            (let-go! old)
            (set! old young)
            (set! young (make-equal-hash-table))))
      (hash-table-set! young (cons store id) run-and-instance))

    (define (find-live store id)
      (let ((key (cons store id)))
        (or (hash-table-ref/default young key #f) (hash-table-ref/default old key #f))))

    (define (take-live! store id)
      (let ((key (cons store id)) (run (find-live store id)))
        (hash-table-delete! young key)
        (hash-table-delete! old key)
        run))

    (define (let-go! live)
      (hash-table-walk live (lambda (key run) (%flow-forget! (run-journal (car run)))))
      (hash-table-clear! live))

    ;;> (flow-evict! [id])
    ;;> Lets go of what is kept in memory of a flow that waits, or of all of them;
    ;;> they are rebuilt from their journals when they go on.
    (define (flow-evict! 1 . id)
      (if (pair? id)
          (let ((run (take-live! (current-store) (as-id (car id)))))
            (if run (%flow-forget! (run-journal (car run)))))
          (begin (let-go! young) (let-go! old))))

    ;; The live run of a flow that nobody else went on with; else one that is
    ;; made from the history and never writes.
    (define (run-to-look-at store id known)
      (if (is-live? store id known)
          (car (find-live store id))
          (let ((node (node-of store (heading store id))))
            (within (cdr node)
                    (lambda () (look-at-run (%flow-read store id) (car node)))))))

    ;; Whether it waits here, as whoever knows it saw it.
    (define (is-live? store id known)
      (let ((run (find-live store id)))
        (and run (= (%flow-length (run-journal (car run))) (row-length (row-of known))))))

    ;; The only wait of a flow that is live here and that nobody else went on with, when
    ;; an answer under that tag, or under none, can mean no other: a pair of its journal
    ;; and the record of the wait. Else #f; its history has to be asked then.
    (define (live-wait store id known tag)
      (let ((run (find-live store id)))
        (and (is-live? store id known)
             (let ((wait (only-answerable (run-waits (car run)) #f)))
               (and wait
                    (eq? (wait-kind wait) 'suspend)
                    (or (not tag) (eq? tag (wait-name wait)))
                    (cons (run-journal (car run))
                          (vector 'suspended (strand-path (wait-strand wait))
                                  (wait-ordinal wait) (wait-name wait))))))))

    (define (only-answerable waits found)
      (cond ((null? waits) found)
            ((eq? (wait-kind (car waits)) 'signal) (only-answerable (cdr waits) found))
            (found #f)
            (else (only-answerable (cdr waits) (car waits)))))

    ;; node: a pair of the flow's procedure and the instance it is of.
    (define (run-from-journal store journal node letters)
      (run-on store
              (within (cdr node) (lambda () (begin-run journal (car node))))
              (cdr node) letters))

    ;; Runs it as far as it goes, and says how it ended. A flow that waited for it
    ;; and that nobody runs goes on too.
    (define (run-on store run instance letters)
      (let* ((parent (%flow-parent (run-journal run)))
             (tell (cond ((remote-parent? parent) (lambda () (send-ends! store)))
                         ((and parent (not (started-by-parent)))
                          (lambda () (wake-flow store (car parent))))
                         (else #f))))
        (if tell
            (let ((outcome
                   (guard (raised (#t (tell) (raise raised)))
                     (run-alone store run instance letters))))
              (if (not (flow-suspended? outcome)) (tell))
              outcome)
            (run-alone store run instance letters))))

    ;; Whether the parent itself runs the child, and learns of its end at once.
    (define started-by-parent (make-parameter #f))

    ;; Lets a flow that waits take in what it got.
    (define (wake-flow store id)
      (guard (raised (#t #f))            ; what becomes of it is told by its record
        (let* ((known (glance store id))
               (go (and (eq? (row-status (row-of known)) 'suspended)
                        (take-flow store id known '() (lambda (journal) #t)))))
          (if go (go)))))

    (define (run-alone store run instance letters)
      (let* ((journal (run-journal run))
             (id (%flow-id journal))
             (outcome
              (within instance (lambda () (continue-run run letters)))))
        (if (memq (car outcome) '(returned cancelled))
            (hash-table-delete! started-here (cons store id)))
        (case (car outcome)
          ((returned) (cdr outcome))
          ((suspended)
           (keep-live! store id (cons run instance))
           (list 'flow-suspended id (cadr outcome)))
          ((cancelled) (list 'flow-cancelled id (cdr outcome)))
          ((stopped) (list 'flow-stopped id))
          ((handed-over) (list 'flow-handed-over id))
          ((anew)
           (let ((node (node-of store (heading store id))))
             (run-alone store (within (cdr node) (lambda () (begin-run journal (car node))))
                        (cdr node) '())))
          (else
           ;; Something came in while it was being put down.
           (case (%flow-reclaim! journal)
             ((#t) (run-alone store run instance '()))
             ((#f) (list 'flow-suspended id (cadr outcome)))
             (else
              (let ((again (%flow-claim store id)))
                (if again
                    (run-from-journal store again (node-of store (heading store id)) '())
                    (list 'flow-suspended id (cadr outcome))))))))))

    ;; Flows that this process started although its program is no text: they go on
    ;; with its own definitions.
    (define started-here (make-equal-hash-table))

    (define (note-started! store id program)
      (if (and (string=? program "-") (not (current-instance)))
          (hash-table-set! started-here (cons store id) #t)))

    ;; Takes a flow: a thunk that runs it with these letters, or #f when another
    ;; process has it. check is called once it is taken. known: its history or a part of
    ;; it; its row is enough.
    (define (take-flow store id known letters check)
      (let* ((run (take-live! store id))
             (again (and run (%flow-reclaim! (run-journal (car run))))))
        (cond ((eq? again #t)
               (check (run-journal (car run)))
               (lambda () (run-on store (car run) (cdr run) letters)))
              ((and run (not again))
               (%flow-forget! (run-journal (car run)))
               #f)
              (else
               (let* ((known (if (pair? (cdr known)) known (heading store id)))
                      (node (node-of store known))
                      (journal (%flow-claim store id)))
                 (and journal
                      (begin
                        (check journal)
                        (lambda ()
                          (run-from-journal store journal node letters)))))))))

    ;; ---- programs

    ;; Calls thunk with the flows of a new instance of this program, so that what
    ;; others did to its variables does not show; without a program kept as text,
    ;; with those that are here.
    (define (with-fresh-program thunk)
      (let ((text (current-program)))
        (if text
            (within (cons "-" (fresh-program text (plain-definitions))) thunk)
            (thunk))))

    ;; Calls thunk with the flows of a program of the store.
    (define (with-instance store hash definitions thunk)
      (if (or (string=? hash "-")
              (and (current-program? hash) (all-here? definitions)))
          (thunk)
          (within (instance store hash definitions) thunk)))

    (define (instance store hash definitions)
      (cons hash
            (rebuilt-program hash definitions
                             (lambda () (%flow-load-program store hash)))))

    ;; What the world gave to the flow's program when it was started.
    (define (definitions-of known)
      (let loop ((records (cdr known)))
        (cond ((null? records) '())
              ((eq? (record-event (car records)) 'definitions)
               (record-value (car records)))
              (else (loop (cdr records))))))

    ;; Whether this process has the program that the flow goes on with: #f, or
    ;; what it is that was made again.
    (define (instance-of store known)
      (let ((id (row-id (row-of known)))
            (hash (program-of known))
            (definitions (definitions-of known)))
        (and (not (and (string=? hash "-") (not (current-instance))))
             (not (hash-table-ref/default started-here (cons store id) #f))
             (not (and (current-program? hash) (all-here? definitions)))
             (if (string=? hash "-")
                 (current-instance)
                 (instance store hash definitions)))))

    ;; The content hash of the program that it goes on with, or "-".
    (define (program-of known)
      (let loop ((records (cdr known)) (name (record-name (cadr known))))
        (cond ((null? records) (symbol->string name))
              ((eq? (record-event (car records)) 'migrated)
               (loop (cdr records) (record-name (car records))))
              (else (loop (cdr records) name)))))

    (define (all-here? definitions)
      (or (null? definitions)
          (let ((here (plain-definitions)))
            (let loop ((rest definitions))
              (or (null? rest)
                  (and (equal? (assv (caar rest) here) (car rest))
                       (loop (cdr rest))))))))

    ;; The procedure of a flow, and the program it is of; or #f.
    (define (find-node store known)
      (let* ((instance (instance-of store known))
             (name (row-name (row-of known)))
             (node (if instance ((cdr instance) name) (find-flow name))))
        (and node (cons node instance))))

    (define (node-of store known)
      (or (find-node store known)
          (refuse "no flow is called " (row-name (row-of known)) " here"
                  (if (string=? (program-of known) "-")
                      "; it was started by definitions that were not stored"
                      "; the program that is kept with it does not define it (what `load` reads at a prompt is not kept)"))))

    ;; The same, in an instance of its own whose frames tell their variables; as above
    ;; when the program is no text.
    (define (node-to-look-at store known)
      (let ((hash (program-of known)) (definitions (definitions-of known)))
        (if (or (string=? hash "-") (and (current-program? hash) (%flow-typed-program?)))
            (node-of store known)
            (let* ((finder (program-to-look-at
                            hash definitions (lambda () (%flow-load-program store hash))))
                   (node (finder (row-name (row-of known)))))
              (if node (cons node (cons hash finder)) (node-of store known))))))

    ;; What definitions of the program took from the world, as far as it can be
    ;; kept: the program made again elsewhere gets the same.
    (define (plain-definitions)
      (let forms ((rest (if (current-instance) '() (%flow-worldly-definitions)))
                  (kept '()))
        (if (null? rest)
            kept
            (let ((plain (plain-part (cdar rest))))
              (forms (cdr rest)
                     (if (null? plain) kept (cons (cons (caar rest) plain) kept)))))))

    (define (plain-part values)
      (cond ((null? values) '())
            ((%flow-plain? (cdar values))
             (cons (car values) (plain-part (cdr values))))
            (else (plain-part (cdr values)))))

    ;; A flow that a step starts belongs to the program of the flow around it.
    (define current-instance (make-parameter #f))  ; #f or (hash . finder)

    ;; Calls thunk in a program: with its flows, and the records it declared.
    (define (within instance thunk)
      (if instance
          (parameterize ((current-instance instance)
                         (declared-records ((cdr instance) #f)))
            (thunk))
          (parameterize ((current-instance #f)) (thunk))))

    (define (flow-here name)
      (let ((instance (current-instance)))
        (if instance ((cdr instance) name) (find-flow name))))

    (define (program-here store)
      (cond ((current-instance) => car)
            ((%flow-save-current-program store))
            (else "-")))))

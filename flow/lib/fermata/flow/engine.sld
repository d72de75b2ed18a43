;; The engine: how one flow runs, from its start or from its history.
;;
;; A flow is a tree of strands: "0" is the flow itself, branches are "0.1",
;; "0.2" ... Each runs above a prompt until it waits or ends; waiting captures
;; its continuation and goes back to `drive`, which runs the next. When all of
;; them wait, one answer enters: from the history first, then from the inbox. So
;; a replay takes the same turns as the first run, and continuations are only a
;; cache of what the journal says.
;;
;; Every call of a node and every durable operation takes the next ordinal of
;; its strand. Its record, if there is one, stands at that position; a node that
;; turned out to be a flow itself leaves its position empty.
(define-library (fermata flow engine)
  (export in-flow? in-step? check-name
          call-node call-step wait fork
          run-flow step-key)
  (import (scheme base)
          (only (fermata builtins)
                condition? condition-kind condition-message make-condition
                %call-with-composable-continuation %call-with-prompt %abort %enter
                %continuation-dynamic %continuation-base
                %push-prompt! %pop-dynamic!
                %set-dynamic! %push-dynamic! %dynamic-next %dynamic-what
                %dynamic-first %dynamic-second)
          (fermata flow builtins) (fermata flow raised))
  (begin

    ;; ---- runs and strands

    (define-record-type <run>
      (make-run journal answer ready current waits outcome cancelled)
      run?
      (journal run-journal)
      (answer run-answer set-run-answer!)       ; #f, or #(strand ordinal value) to let in
      (ready run-ready set-run-ready!)          ; jobs, first to run first
      (current run-current set-run-current!)    ; the strand that runs
      (waits run-waits set-run-waits!)          ; open waits, in order
      (outcome run-outcome set-run-outcome!)    ; #f, or the root strand's
      (cancelled run-cancelled set-run-cancelled!)) ; #f, or a list of the reason

    (define-record-type <strand>
      (make-strand path ordinal children join index alive)
      strand?
      (path strand-path)
      (ordinal strand-ordinal set-strand-ordinal!)
      (children strand-children set-strand-children!)  ; branches begun so far
      (join strand-join)                        ; what its end is told to, or #f
      (index strand-index)
      (alive strand-alive set-strand-alive!))

    (define-record-type <wait>
      (make-wait strand ordinal tag continuation)
      wait?
      (strand wait-strand)
      (ordinal wait-ordinal)
      (tag wait-tag)
      (continuation wait-continuation))

    ;; Where the branches of one fork meet again.
    (define-record-type <join>
      (make-join parent continuation strands results missing)
      join?
      (parent join-parent)
      (continuation join-continuation)
      (strands join-strands set-join-strands!)
      (results join-results)
      (missing join-missing set-join-missing!))

    (define current-run (make-parameter #f))
    (define current-key (make-parameter #f))
    (define current-node (make-parameter #f))

    (define (in-flow?) (and (current-run) #t))
    (define (in-step?) (and (current-key) #t))

    ;;> (step-key)
    ;;> In a step or node: a text that is the same each time this step runs
    ;;> again after a crash, and differs from that of every other step. Hand it
    ;;> to whoever can recognise a repeated request by it.
    (define (step-key) (current-key))

    (define (next-ordinal! strand)
      (let ((n (+ (strand-ordinal strand) 1)))
        (set-strand-ordinal! strand n)
        n))

    (define (check-name who what name)
      (if (not (symbol? name))
          (raise (make-condition
                  'wrong-type
                  (string-append who ": the " what " must be a symbol, got "
                                 (written name))
                  (list name)))))

    ;; ---- waiting: out of a strand and back into it

    (define strand-tag (list 'strand))

    ;; Begins a strand: above a prompt, marked in the dynamic state.
    (define (begin-strand thunk)
      (%push-prompt! strand-tag)
      (let ((result (thunk)))
        (%pop-dynamic!)
        result))

    ;; Leaves the strand without running after thunks, because nothing is over:
    ;; the flow is put down. register is called with the continuation, below the
    ;; prompt's mark.
    (define (park register)
      ((%call-with-composable-continuation
        (lambda (k)
          (%set-dynamic! (%continuation-base k))
          (%abort strand-tag register k))
        strand-tag)))

    ;; The strand goes on with what the thunk does where it waited, above a new
    ;; prompt: what was pushed there, the prompt's mark first, is pushed again.
    (define (unpark k thunk)
      (let graft ((state (%continuation-dynamic k)))
        (if (not (eq? state (%continuation-base k)))
            (begin
              (graft (%dynamic-next state))
              (%push-dynamic! (%dynamic-what state) (%dynamic-first state)
                              (%dynamic-second state)))))
      (%enter k thunk))

    (define (enter-strand run strand thunk)
      (if (strand-alive strand)
          (begin
            (set-run-current! run strand)
            (%call-with-prompt strand-tag
                               (lambda (register k) (register k))
                               thunk))))

    (define (schedule! run strand thunk)
      (set-run-ready! run (append (run-ready run) (list (cons strand thunk)))))

    ;; What a strand does from its beginning to its end.
    (define (strand-body run strand thunk)
      (lambda ()
        (begin-strand
         (lambda ()
           (strand-ended
            run strand
            (guard (raised (#t (cons 'raised raised)))
              (cons 'returned (thunk))))))))

    (define (strand-ended run strand outcome)
      (let ((join (strand-join strand)))
        (set-strand-alive! strand #f)
        (cond ((not join) (set-run-outcome! run outcome))
              ((eq? (car outcome) 'raised)
               ;; The first error ends the other branches.
               (for-each (lambda (s) (end-strand! run s)) (join-strands join))
               (schedule! run (join-parent join)
                          (lambda ()
                            (unpark (join-continuation join)
                                    (lambda () (raise (cdr outcome)))))))
              (else
               (vector-set! (join-results join) (strand-index strand) (cdr outcome))
               (set-join-missing! join (- (join-missing join) 1))
               (if (= (join-missing join) 0)
                   (let ((results (vector->list (join-results join))))
                     (schedule! run (join-parent join)
                                (lambda ()
                                  (unpark (join-continuation join)
                                          (lambda () results))))))))))

    ;; Takes a strand, and what branched off it, out of the run.
    (define (end-strand! run strand)
      (let ((below (string-append (strand-path strand) ".")))
        (define (belongs? s)
          (or (eq? s strand)
              (string-prefix-of? below (strand-path s))))
        (set-strand-alive! strand #f)
        (for-each (lambda (job)
                    (if (belongs? (car job)) (set-strand-alive! (car job) #f)))
                  (run-ready run))
        (set-run-waits!
         run
         (remove-if (lambda (w)
                      (and (belongs? (wait-strand w))
                           (begin (withdraw! run w) #t)))
                    (run-waits run)))))

    (define (withdraw! run wait)
      (set-strand-alive! (wait-strand wait) #f)
      (%flow-withdraw! (run-journal run) (strand-path (wait-strand wait))
                       (wait-ordinal wait) (wait-tag wait)))

    (define (string-prefix-of? prefix text)
      (let ((n (string-length prefix)))
        (and (<= n (string-length text))
             (string=? prefix (string-copy text 0 n)))))

    (define (remove-if drop? list)
      (let loop ((rest list) (kept '()))
        (cond ((null? rest) (reverse kept))
              ((drop? (car rest)) (loop (cdr rest) kept))
              (else (loop (cdr rest) (cons (car rest) kept))))))

    ;; ---- durable operations

    ;; place: the procedure whose source is shown when the history says otherwise.
    (define (ask run strand ordinal operation name hash place)
      (%flow-ask (run-journal run) (strand-path strand) ordinal operation name hash
                 place))

    (define (record! run event strand ordinal name hash . value)
      (apply %flow-record! (run-journal run) event (strand-path strand) ordinal name hash
             value))

    ;; Nothing may act before what was recorded is safe.
    (define (commit! run)
      (if (%flow-commit! (run-journal run))
          (look-for-cancel run)))

    (define (look-for-cancel run)
      (for-each (lambda (message)
                  (if (eq? (vector-ref message 1) 'cancel)
                      (park (lambda (k) (cancel-run! run message)))))
                (%flow-mail (run-journal run))))

    (define (cancel-run! run message)
      (%flow-consume! (run-journal run) (vector-ref message 0))
      (set-run-cancelled! run (list (vector-ref message 5)))
      (set-run-ready! run '()))

    ;; The value of an operation that the history knows.
    (define (recorded found)
      (if (eq? (car found) 'returned)
          (cdr found)
          (raise (datum->raised (cdr found)))))

    (define (key-of run strand ordinal)
      (string-append (symbol->string (%flow-id (run-journal run)))
                     "/" (strand-path strand) "#" (number->string ordinal)))

    ;; Runs a body that acts, and records how it ended.
    (define (act run strand ordinal name hash body own-record?)
      (define (end event value)
        (if (own-record?) (record! run event strand ordinal name hash value)))
      (define (checked value)
        (if (own-record?)
            (%flow-check-plain
             value (string-append "what `" (symbol->string name) "` returned"))
            value))
      (let ((outcome
             (guard (raised (#t (cons 'raised raised)))
               (cons 'returned (checked (body))))))
        (cond ((eq? (car outcome) 'returned)
               (end 'step-result (cdr outcome))
               (cdr outcome))
              ((transparent? (cdr outcome)) (raise (cdr outcome)))
              (else
               (end 'step-failed (condition->datum (cdr outcome)))
               (raise (cdr outcome))))))

    ;; A step: the intent is safe before the thunk begins. Within, nothing is
    ;; durable.
    (define (call-step name thunk)
      (let* ((run (current-run))
             (strand (run-current run))
             (ordinal (next-ordinal! strand))
             (found (ask run strand ordinal 'step name 0 thunk)))
        (if (pair? found)
            (recorded found)
            (begin
              (if (not found) (record! run 'step-intent strand ordinal name 0))
              (commit! run)
              (act run strand ordinal name 0
                   (lambda ()
                     (parameterize ((current-run #f)
                                    (current-key (key-of run strand ordinal)))
                       (thunk)))
                   (lambda () #t))))))

    ;; A node: recorded as a step when it ends without having done anything
    ;; durable.
    (define (call-node name node input)
      (let ((run (current-run)))
        (if (not run)
            (node input)
            (let* ((strand (run-current run))
                   (ordinal (next-ordinal! strand))
                   (hash (%flow-hash input)))
              (let ((found (and (%flow-recorded? (run-journal run)
                                                 (strand-path strand) ordinal)
                                (ask run strand ordinal 'step name hash node))))
                (if (pair? found)
                    (recorded found)
                    (begin
                      (commit! run)
                      (act run strand ordinal name hash
                           (lambda ()
                             (parameterize ((current-key (key-of run strand ordinal))
                                            (current-node node))
                               (node input)))
                           (lambda () (= (strand-ordinal strand) ordinal))))))))))

    ;; Waits for an answer.
    (define (wait tag)
      (let* ((run (current-run))
             (strand (run-current run))
             (ordinal (next-ordinal! strand)))
        (if (not (ask run strand ordinal 'suspend tag 0 (current-node)))
            (record! run 'suspended strand ordinal tag 0))
        (park (lambda (k)
                (set-run-waits! run
                                (append (run-waits run)
                                        (list (make-wait strand ordinal tag k))))))))

    ;; Runs the thunks as branches; the list of what they return, in order.
    (define (fork name names thunks)
      (let* ((run (current-run))
             (strand (run-current run))
             (ordinal (next-ordinal! strand))
             (first (+ (strand-children strand) 1))
             (count (length thunks))
             (what (list first count names)))
        (set-strand-children! strand (+ (strand-children strand) count))
        (if (not (ask run strand ordinal 'branches name (%flow-hash what)
                      (current-node)))
            (record! run 'branches strand ordinal name (%flow-hash what) what))
        (if (= count 0)
            '()
            (park (lambda (k) (begin-branches run strand k first count thunks))))))

    (define (begin-branches run parent k first count thunks)
      (let* ((join (make-join parent k '() (make-vector count #f) count))
             (strands
              (let loop ((i 0))
                (if (= i count)
                    '()
                    (cons (make-strand
                           (string-append (strand-path parent) "."
                                          (number->string (+ first i)))
                           0 0 join i #t)
                          (loop (+ i 1)))))))
        (set-join-strands! join strands)
        (for-each (lambda (s thunk) (schedule! run s (strand-body run s thunk)))
                  strands thunks)))

    ;; ---- driving

    ;;> (run-flow journal node input answer)
    ;;> Runs the flow of that journal as far as it goes: (returned . value),
    ;;> (suspended tag ...), (mail tag ...) when it waits but something came in
    ;;> that the next owner must see, or (cancelled . reason). An error of the
    ;;> flow is raised. answer: #f, or #(strand ordinal value) to let in when
    ;;> the history is over.
    (define (run-flow journal node input answer)
      (let* ((run (make-run journal answer '() #f '() #f #f))
             (root (make-strand "0" 0 0 #f 0 #t)))
        (schedule! run root (strand-body run root (lambda () (node input))))
        (guard (raised (#t (give-up journal raised)))
          (parameterize ((current-run run) (current-key #f))
            (drive run)))))

    (define (drive run)
      (let ((journal (run-journal run)))
        (cond ((run-cancelled run)
               (close! run 'cancelled 'cancelled (car (run-cancelled run)))
               (cons 'cancelled (car (run-cancelled run))))
              ((run-outcome run)
               (finish run (run-outcome run)))
              ((pair? (run-ready run))
               (let ((job (car (run-ready run))))
                 (set-run-ready! run (cdr (run-ready run)))
                 (enter-strand run (car job) (cdr job))
                 (drive run)))
              ((%flow-next-event! journal)
               => (lambda (event)
                    (answer! run (vector-ref event 0) (vector-ref event 1)
                             (vector-ref event 3))
                    (drive run)))
              (else
               (%flow-ends-here journal)
               (if (or (take-answer! run) (take-mail! run))
                   (drive run)
                   (put-down run))))))

    (define (take-answer! run)
      (let ((answer (run-answer run)))
        (set-run-answer! run #f)
        (and answer
             (receive-answer! run (vector-ref answer 0) (vector-ref answer 1)
                              (vector-ref answer 2)))))

    ;; An answer that is new to the journal.
    (define (receive-answer! run path ordinal value)
      (let ((wait (answer! run path ordinal value)))
        (and wait
             (begin
               (%flow-record! (run-journal run) 'resumed path ordinal
                              (wait-tag wait) 0 value)
               #t))))

    ;; Lets an answer in: #f when nothing waits there.
    (define (answer! run path ordinal value)
      (let ((wait (find-wait run path ordinal)))
        (and wait
             (begin
               (set-run-waits! run (remove-if (lambda (w) (eq? w wait))
                                              (run-waits run)))
               (schedule! run (wait-strand wait)
                          (lambda ()
                            (unpark (wait-continuation wait) (lambda () value))))
               wait))))

    (define (find-wait run path ordinal)
      (let loop ((waits (run-waits run)))
        (cond ((null? waits) #f)
              ((and (= (wait-ordinal (car waits)) ordinal)
                    (string=? (strand-path (wait-strand (car waits))) path))
               (car waits))
              (else (loop (cdr waits))))))

    ;; Takes the first message that concerns an open wait; those before it
    ;; lapse.
    (define (take-mail! run)
      (let loop ((messages (%flow-mail (run-journal run))))
        (if (null? messages)
            #f
            (let ((message (car messages)))
              (if (eq? (vector-ref message 1) 'cancel)
                  (begin (cancel-run! run message) #t)
                  (begin
                    (%flow-consume! (run-journal run) (vector-ref message 0))
                    (or (receive-answer! run (vector-ref message 2)
                                         (vector-ref message 3) (vector-ref message 5))
                        (loop (cdr messages)))))))))

    ;; The flow waits: its process may end now.
    (define (put-down run)
      (let* ((tags (map wait-tag (run-waits run)))
             (mail? (%flow-settle! (run-journal run) 'suspended (joined tags) "")))
        (cons (if mail? 'mail 'suspended) tags)))

    (define (joined tags)
      (let loop ((tags tags) (text ""))
        (cond ((null? tags) text)
              ((string=? text "") (loop (cdr tags) (symbol->string (car tags))))
              (else (loop (cdr tags)
                          (string-append text ", " (symbol->string (car tags))))))))

    (define (finish run outcome)
      (let ((journal (run-journal run)))
        (if (and (eq? (car outcome) 'raised) (transparent? (cdr outcome)))
            (raise (cdr outcome)))
        (%flow-ends-here journal)
        (if (eq? (car outcome) 'raised) (raise (cdr outcome)))
        (%flow-check-plain (cdr outcome) "the result of the flow")
        (close! run 'finished 'finished (cdr outcome))
        outcome))

    (define (close! run status event value)
      (let ((journal (run-journal run)))
        (%flow-record! journal event "0" 0 (%flow-name journal) 0 value)
        (%flow-settle! journal status "" "")))

    ;; Whatever ended the run early: what the store is told, and then raised
    ;; again.
    (define (give-up journal raised)
      (let ((problem (%flow-problem journal)))
        (cond ((or problem
                   (and (condition? raised) (eq? (condition-kind raised) 'flow-mismatch)))
               (%flow-stuck! journal (or problem (condition-message raised))))
              ((transparent? raised) (%flow-put-down! journal))
              (else
               (%flow-record! journal 'failed "0" 0 (%flow-name journal) 0
                              (condition->datum raised))
               (%flow-settle! journal 'failed "" "")))
        (raise raised)))))

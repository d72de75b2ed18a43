;; Checking a flow: it is stopped at every record and must end as if it had not
;; been.
;;
;; The flow runs in virtual time, in a store of its own, in a fresh instance of
;; its program, with answers from a procedure. Then again from every beginning of
;; that history, as if the process had ended there; again, rebuilt before every
;; answer; and cancelled at every record. What differs is told.
(define-library (fermata flow check)
  (export flow-check)
  (import (scheme base) (scheme write)
          (only (fermata condition) condition? condition-kind)
          (fermata flow builtins) (fermata flow journals) (fermata flow guards)
          (fermata flow looks) (fermata flow raised)
          (fermata flow run) (fermata flow engine) (fermata flow history) (fermata flow host) (fermata flow live)
          (fermata flow look) (fermata flow arguments) (fermata flow options)
          (fermata flow nodes) (fermata flow program)
          (only (fermata sched) make-scheduler task-spawn scheduler-run task-status
                task-result task-sleep clock-advance! clock-now))
  (begin

    ;;> (flow-check flow inputs option value ...)
    ;;> Runs a flow, given as a procedure or by its name, on each of the inputs,
    ;;> and again with a crash after every record, a rebuild before every answer,
    ;;> a cancellation after every record, answers that come late, and signals that
    ;;> come twice. The list of what went wrong, as texts; the empty list when all is
    ;;> well. Nothing is shown on the console meanwhile. Options: answer, a procedure
    ;;> of a tag, or of the name of a signal, that gives the answer (ok); limit, how
    ;;> many answers it may ask for (100); seed, of the flow's chance (1); output,
    ;;> free when lines that the flow writes outside of steps may be shown again.
    (define (flow-check flow inputs . options)
      (check-argument 'flow-check 2 list? "a list of inputs" inputs)
      (let* ((get (lambda (name default)
                    (get-option "flow-check" options check-options name default)))
             (seed (get 'seed 1)) (strict? (not (eq? (get 'output #f) 'free)))
             (name (if (symbol? flow) flow (flow-name-of flow)))
             (answer (get 'answer (lambda (tag) 'ok))) (limit (get 'limit 100))
             (problems '()))
        (define (tell! . parts)
          (let ((port (open-output-string)))
            (for-each (lambda (part) (display part port)) parts)
            (set! problems (cons (get-output-string port) problems))))
        (if (not (and name (find-flow name)))
            (refuse "flow-check: no such flow: " flow))
        (for-each
         (lambda (input)
           (for-each (lambda (manner)
                       (unheard seed (lambda ()
                                       (check-input name input manner answer limit
                                                    strict? tell!))))
                     '(prompt late)))
         inputs)
        (reverse (without-repeats problems))))

    ;; Calls thunk with a silent console; flows that are started get that seed.
    (define (unheard seed thunk)
      (dynamic-wind (lambda () (%flow-watch! 1) (%flow-check-output! seed))
                    thunk
                    (lambda () (%flow-watch! -1) (%flow-check-output! #f))))

    (define (without-repeats texts)
      (cond ((null? texts) '())
            ((member (car texts) (cdr texts)) (without-repeats (cdr texts)))
            (else (cons (car texts) (without-repeats (cdr texts))))))

    (define check-options
      (list (list 'answer "a procedure of a tag or a name" procedure?)
            (list 'limit "an exact integer, 0 or more" index?)
            (list 'seed "an exact integer" exact-integer?)
            (list 'output "free, or #f" (lambda (obj) (memq obj '(#f free))))))

    ;; manner: prompt (answers come before timers) or late.
    (define (check-input name input manner answer limit strict? tell!)
      (let* ((store (open-flow-store "memory:"))
             (first (run-afresh store name input manner answer limit))
             (id (car first)) (outcome (cdr first)) (loose (%flow-written-loosely)))
        (define (about-input) (string-append "input " (written input) ": "))
        (define (compare what other)
          (if (not (equal? (cdr other) outcome))
              (tell! (about-input) what ": it ended with " (shown (cdr other))
                     " instead of " (shown outcome))))
        (if (and loose strict?)
            (tell! (about-input) "it writes to the console " loose ", outside of a step;"
                   " stopped there, it may write that again"))
        (if (engine-trouble? outcome)
            (tell! (about-input) (shown outcome))
            (let* ((records (records-of store id))
                   (count (length records)))
              (check-tags records (lambda parts (apply tell! (about-input) parts)))
              (compare "rebuilt before every answer"
                       (run-on-from store id (beginning records) manner answer limit
                                    (time-of records 2) #t))
              (do ((k 2 (+ k 1))) ((>= k count))
                (let ((last (list-ref records (- k 1))))
                  (compare (string-append "stopped after record " (number->string (- k 1))
                                          " (" (record-text last) ")")
                           (run-on-from store id k manner answer limit
                                        (time-of records k) #f))
                  (check-cancelled store id k (time-of records k)
                                   (lambda parts
                                     (apply tell! (about-input) "cancelled after record "
                                            (- k 1) " (" (record-text last) "): " parts)))))))))

    ;; How many records a flow is created with.
    (define (beginning records)
      (let loop ((rest records) (count 0))
        (if (and (pair? rest)
                 (memq (vector-ref (car rest) 0) '(program started definitions parent)))
            (loop (cdr rest) (+ count 1))
            count)))

    ;; When the last event among the first records entered.
    (define (time-of records count)
      (let loop ((rest records) (left count) (time 0))
        (cond ((= left 0) time)
              ((memq (vector-ref (car rest) 0)
                     '(started resumed step-result step-failed clock signalled
                       cancelling))
               (loop (cdr rest) (- left 1) (vector-ref (car rest) 6)))
              (else (loop (cdr rest) (- left 1) time)))))

    (define (record-text record)
      (string-append (symbol->string (vector-ref record 0)) " "
                     (symbol->string (vector-ref record 3))))

    (define (shown outcome)
      (if (eq? (car outcome) 'raised)
          (string-append "the error " (written (cdr outcome)))
          (written (cdr outcome))))

    ;; The flow itself is in order when it raises; not when it cannot be run.
    (define (engine-trouble? outcome)
      (and (eq? (car outcome) 'raised)
           (memq (cadr outcome) '(flow-error flow-mismatch stuck))))

    (define (records-of store id) (cdr (%flow-history store id)))

    ;; ---- running in virtual time

    ;; What thunk returns, called in a task whose time is virtual and begins at
    ;; those milliseconds, with flows in that store and the program made afresh.
    (define (in-world store milliseconds thunk)
      (let ((s (make-scheduler 'clock 'virtual 'on-error 'keep)))
        (if milliseconds
            (clock-advance! s (max 0 (- (/ milliseconds 1000) (clock-now s)))))
        (let ((task (task-spawn
                     s (lambda ()
                         (parameterize ((current-flow-store store))
                           (with-fresh-program thunk))))))
          (scheduler-run s)
          (if (eq? (task-status task) 'finished)
              (task-result task)
              (raise (task-result task))))))

    (define (caught thunk)
      (guard (raised (#t (cons 'raised
                               (if (condition? raised)
                                   (list (condition-kind raised)
                                         (error-object-message raised))
                                   (list 'object raised)))))
        (cons 'returned (thunk))))

    (define (patience manner) (if (eq? manner 'late) 1e12 0))

    (define (run-afresh store name input manner answer limit)
      (in-world
       store #f
       (lambda ()
         (let* ((id name)
                (outcome
                 (caught
                  (lambda ()
                    (answered id
                              (parameterize ((flow-patience (patience manner)))
                                (flow/start name input 'id id))
                              manner answer limit #f)))))
           (cons id outcome)))))

    (define (run-on-from store id count manner answer limit milliseconds evict?)
      (let ((other (open-flow-store "memory:")))
        (%flow-copy store id other id count #f)
        (in-world
         other milliseconds
         (lambda ()
           (cons id
                 (caught
                  (lambda ()
                    (answered id
                              (parameterize ((flow-patience (patience manner)))
                                (flow/recover id))
                              manner answer limit evict?))))))))

    ;; Answers what the flow waits for until it ends.
    (define (answered id outcome manner answer limit evict?)
      (let loop ((outcome outcome) (left limit))
        (cond ((not (flow-suspended? outcome)) outcome)
              ((= left 0) (refuse "the flow asked for more than " limit " answers"))
              (else
               (if evict? (flow-evict!))
               (loop
                (let ((wait (first-wait id)))
                  (if wait
                      (parameterize ((flow-patience (patience manner)))
                        (give id wait (answer (cdr wait))))
                      ;; Only time lets it go on.
                      (parameterize ((flow-patience (patience manner)))
                        (task-sleep (/ (max 0 (- (flow-wake id) (* 1000 (clock-now))))
                                       1000))
                        (flow/recover id))))
                (- left 1))))))

    (define (first-wait id)
      (let loop ((waits (flow-waits id)))
        (cond ((null? waits) #f)
              ((memq (caar waits) '(suspended awaits)) (car waits))
              (else (loop (cdr waits))))))

    (define signals 0)   ; that were sent

    (define (give id wait value)
      (if (eq? (car wait) 'suspended)
          (flow/resume-first id (cdr wait) value)
          (let ((key (number->string signals)))
            (set! signals (+ signals 1))
            (flow/signal id (cdr wait) value key)
            (if (not (closed-here? id)) (flow/signal id (cdr wait) value key))
            (if (memq (flow/status id) '(finished failed cancelled suspended))
                (flow/result id)
                (flow/recover id)))))

    ;; ---- further checks

    (define (check-tags records tell!)
      (let loop ((rest records) (open '()))
        (if (pair? rest)
            (let* ((r (car rest)) (place (cons (vector-ref r 1) (vector-ref r 2))))
              (case (vector-ref r 0)
                ((suspended)
                 (if (tag-open? (vector-ref r 3) open)
                     (tell! "it waits for `" (vector-ref r 3)
                            "` in two places at once; an answer cannot say which"))
                 (loop (cdr rest) (cons (cons place (vector-ref r 3)) open)))
                ((resumed withdrawn) (loop (cdr rest) (remove-place place open)))
                (else (loop (cdr rest) open)))))))

    (define (tag-open? tag open)
      (and (pair? open) (or (eq? (cdar open) tag) (tag-open? tag (cdr open)))))

    (define (remove-place place open)
      (cond ((null? open) '())
            ((equal? (caar open) place) (cdr open))
            (else (cons (car open) (remove-place place (cdr open))))))

    (define (check-cancelled store id count milliseconds tell!)
      (let ((other (open-flow-store "memory:")))
        (%flow-copy store id other id count #f)
        (let ((outcome
               (in-world other milliseconds
                         (lambda ()
                           (caught
                            (lambda ()
                              (parameterize ((flow-patience 1e12))
                                (guard (raised ((closed-here? id) #t))
                                  (flow/cancel id "checked"))
                                (flow/status id))))))))
          (if (not (member outcome '((returned . cancelled) (returned . finished)
                                     (returned . failed))))
              (tell! "it ended with " (shown outcome))))))

    (define (closed-here? id)
      (memq (flow/status id) '(finished failed cancelled)))))

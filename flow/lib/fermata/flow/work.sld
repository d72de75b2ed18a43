;; The worker: runs whatever can go on in the store, one look after another.
(define-library (fermata flow work)
  (export flow/work)
  (import (scheme base)
          (fermata table)
          (only (fermata sched) task-spawn task-sleep current-scheduler)
          (only (fermata condition) condition? condition-kind)
          (fermata flow builtins) (fermata flow asking) (fermata flow journals) (fermata flow looks)
          (fermata flow engine) (fermata flow history) (fermata flow host)
          (fermata flow look) (fermata flow arguments) (fermata flow options)
          (fermata flow schedule) (fermata flow queue) (fermata flow workers)
          (fermata flow remote) (fermata flow delegation) (fermata flow guests)
          (fermata flow replicas))
  (begin

    ;;> (flow/work option value ...)
    ;;> Runs whatever can go on in the store: flows whose timers are due, that got
    ;;> mail, that a schedule or a queue lets begin, or whose process ended. Options:
    ;;> once (#t: returns when nothing is due any more), limit (flows at a time, 50),
    ;;> queues (a list of names: it takes flows of these queues alone), name (a symbol:
    ;;> what this worker is called in flow/workers; the machine and the process), poll
    ;;> (seconds between looks when nothing is heard of a change; as the store says), tell
    ;;> (a procedure that gets an id and what became of it, or `store` when that could not
    ;;> be asked, which ends no worker), attempts (a flow whose
    ;;> process ends so often without a new record is parked: it is stuck until somebody
    ;;> resumes it; 5), stop? (asked at each look whether to end: by default whether the
    ;;> command got SIGTERM), grace (seconds that steps have to end then, 10). When it is
    ;;> to end it begins no step; each flow is put down as soon as its steps have ended,
    ;;> or handed to another worker of the same queues that has room.
    (define (flow/work . options)
      (let* ((get (lambda (name default)
                    (get-option "flow/work" options work-options name default)))
             (once (get 'once #f)) (limit (get 'limit 50)) (queues (get 'queues #f))
             (tell (get 'tell (lambda (id outcome) #t)))
             (attempts (get 'attempts 5)) (grace (get 'grace 10))
             (stop? (get 'stop? %flow-stop-asked?))
             (store (current-store))
             (poll (get 'poll (/ (%flow-store-poll store) 1000)))
             (self (make-worker store (get 'name #f) limit queues))
             (told 0)                           ; when others were told of this worker
             (behind #f)                        ; since when there is no room, or #f
             (ended? #f)                        ; whether a flow has ended since the last look
             (busy (make-eq-hash-table))
             (hopeless (make-eq-hash-table)))   ; cannot run here
        (define (begin! id)
          (hash-table-set! busy id #t)
          (task-spawn
           (lambda ()
             (let ((outcome
                    (guard (raised (#t (if (or (damaged? raised)
                                               (not (or (lost? raised) (closed? (flow/status id)))))
                                           (hash-table-set! hopeless id #t))
                                       (list 'raised raised)))
                      (parameterize ((current-flow-store store))
                        (let ((go (recover-if-free id))) ; another may have been faster
                          (and go (go)))))))
               (hash-table-delete! busy id)
               (set! ended? #t)
               (if outcome (tell id outcome))))
           'name id))
        (define (take! row)
          (if (< (hash-table-count busy) limit) (begin! (row-id row))))
        ;; Whatever ran beside a flow that ended its process looks as if it had done so
        ;; itself; so those that may have are run alone, when nothing else is left.
        (define (suspect? row) (>= (row-attempts row) (min 3 attempts)))
        (define (take-suspect! row)
          (if (>= (row-attempts row) attempts)
              (let ((id (row-id row)))
                (guard (raised ((damaged? raised)
                                (hash-table-set! hopeless id #t)
                                (tell id (list 'raised raised))))
                  (park! store id (row-attempts row))
                  (tell id '(parked))))
              (begin
                (set! alone (row-id row))
                (begin! (row-id row)))))
        (define alone #f)
        (define (begin-some! ready)
          (if (and alone (not (hash-table-contains? busy alone))) (set! alone #f))
          (let ((calm (filter-rows (lambda (row) (not (suspect? row))) ready)))
            (cond (alone #f)
                  ((pair? calm) (for-each take! calm))
                  ((and (pair? ready) (= (hash-table-count busy) 0))
                   (take-suspect! (car ready))))))
        ;; What another worker handed to this one need not wait for a look at everything.
        (define (begin-handed!)
          (guard (raised ((lost? raised) #f))
            (begin-some! (filter-rows free? (%flow-handed store)))))
        (define (milliseconds) (%flow-now (current-scheduler)))
        ;; What could go on, or the next of it: (next-timer row ...). Others may have taken
        ;; or left so much that more has to be asked for.
        (define (ready-rows)
          (let ask ((most (+ limit (hash-table-count hopeless) (hash-table-count busy))))
            (let* ((found (%flow-due store most))
                   (ready (filter-rows free? (cdr found))))
              (if (and queues (null? ready) (= (length (cdr found)) most))
                  (ask (* 4 most))
                  (cons (car found) ready)))))
        (define (free? row)
          (not (or (hash-table-contains? busy (row-id row))
                   (hash-table-contains? hopeless (row-id row))
                   (and queues (not (memq (row-queue row) queues))))))
        ;; Who is silent three times as long as that is taken for lost.
        (define (tell-others!)
          (let ((interval (exact (ceiling (* 1000 (min poll 10))))))
            (if (and (not once) (>= (- (milliseconds) told) interval))
                (begin
                  (set! told (milliseconds))
                  (guard (raised ((lost? raised) #f)) ; it is a hint, and told again
                    (tell-worker! self (hash-table-count busy)
                                  (if behind (- told behind) 0)
                                  (+ told 5000 (* 3 interval))))))))
        ;; Begins what can go on: (next-time row ...), the rows being those it found.
        (define (look-for-work)
          (run-schedules store (lambda (id what) (tell id (list 'schedule what))))
          (admit-queued store queues)
          (send-due! store)
          (send-delegations! store)
          (tell-recalled! store)
          (tell-old-places! store)
          (replicate-due! store)
          (let ((found (ready-rows)))
            (begin-some! (cdr found))
            (cons (next-time store (car found) queues) (cdr found))))
        (define (look-if-there-is-a-store)
          (guard (raised ((and (not once) (lost? raised))
                          (tell 'store (list 'raised raised))
                          (list (+ (milliseconds) 1000))))
            (look-for-work)))
        (define (look)
          (set! ended? #f)
          (%flow-store-changed? store)
          (let* ((began (milliseconds))
                 (found (look-if-there-is-a-store))
                 (ready (cdr found)))
            (set! behind (and (>= (hash-table-count busy) limit)
                              (pair? (filter-rows free? ready))
                              (or behind began)))
            (cond ((and once (null? ready) (= (hash-table-count busy) 0) (not ended?)
                        (not (sending?)))
                   #t)
                  ((stop?) (finish))
                  (else
                   (wait-for-news began (pause poll (car found)))
                   (look)))))
        ;; Until something changed, a flow ended, or the time is over. Looks take a fifth
        ;; of the time at most, however much changes; but one that took long, perhaps as the
        ;; store could not be reached, delays the next by two seconds at most.
        (define (wait-for-news began seconds)
          (let* ((now (milliseconds))
                 (earliest (+ now (min (* 4 (- now began)) 2000)))
                 (latest (+ now (exact (ceiling (* 1000 seconds)))))
                 (sent? (sending?))
                 (real? (%flow-real-time? (current-scheduler))))
            ;; Where time is not the system's nobody else writes, and looking often takes no
            ;; time but costs work; so the looks grow further apart.
            (let wait ((news #f)
                       (slice (cond ((or sent? (> (hash-table-count busy) 0)) 1/100)
                                    (real? 1/50)
                                    (else (max 1/1000 seconds)))))
              (tell-others!)
              (let* ((heard? (%flow-store-changed? store))
                     (now (milliseconds))
                     (news (or news heard? ended? (and sent? (not (sending?))))))
                (if (and heard? (not (stop?))) (begin-handed!))
                (if (not (or (stop?) (and (>= now earliest) (or news (>= now latest)))))
                    (begin
                      (task-sleep slice)
                      (wait news (if real? slice (min (* 2 slice) (max slice 1/2))))))))))
        ;; Flows put themselves down, or hand themselves over, when their steps have ended.
        (define (finish)
          (stop-beginning! store next-heir)
          (let wait ((left (* 50 grace)))
            (if (and (> (hash-table-count busy) 0) (> left 0))
                (begin (task-sleep 1/50) (wait (- left 1)))))
          (stop-beginning! store #f)
          'stopped)
        (define given '())                      ; owners, and how many flows each got
        (define (next-heir)
          (let ((heir (guard (raised (#t #f)) (heir-for self given))))
            (if heir
                (let ((known (assoc heir given)))
                  (if known
                      (set-cdr! known (+ (cdr known) 1))
                      (set! given (cons (cons heir 1) given)))))
            heir))
        (parameterize ((current-flow-store store))
          (let ((end (look)))
            (if (> told 0) (worker-left! self))
            end))))

    (define work-options
      (list 'once
            (list 'limit "an exact integer above 0" count?)
            (list 'queues "a list of symbols" (list-of symbol?))
            (list 'name "a symbol" symbol?)
            (list 'poll "a number of seconds" seconds?)
            (list 'tell "a procedure of an id and what became of it" procedure?)
            (list 'attempts "an exact integer above 0" count?)
            (list 'stop? "a procedure without arguments" procedure?)
            (list 'grace "a number of seconds" seconds?)))

    ;; Whether another took the flow over meanwhile, or the store could not be asked: then
    ;; it may be tried again.
    (define (lost? raised)
      (and (condition? raised)
           (memq (condition-kind raised) '(flow-fenced store-error store-damaged))))

    ;; Whether the history cannot be read, and will not be when it is tried again.
    (define (damaged? raised)
      (and (condition? raised) (eq? (condition-kind raised) 'store-damaged)))

    ;; A flow that ends its process again and again would keep the worker from all
    ;; others.
    (define (park! store id attempts)
      (let ((last (last-of (cdr (history store id))))
            (journal (%flow-claim store id)))
        (if journal
            (%flow-stuck! journal
                          (string-append
                           "parked: its process ended " (number->string attempts)
                           " times without a new record, the last being "
                           (symbol->string (record-event last)) " "
                           (symbol->string (record-name last)))))))

    (define (next-time store wake queues)
      (let loop ((times (list wake (next-schedule store) (next-admission store queues))) (next 0))
        (cond ((null? times) next)
              ((and (> (car times) 0) (or (= next 0) (< (car times) next)))
               (loop (cdr times) (car times)))
              (else (loop (cdr times) next)))))

    ;; Seconds until the next look: not longer than until the next timer.
    (define (pause poll wake)
      (let ((left (- wake (%flow-now (current-scheduler)))))
        (if (and (> wake 0) (< left (* 1000 poll)))
            (max 1/1000 (/ left 1000))
            poll)))

    (define (filter-rows keep? rows)
      (cond ((null? rows) '())
            ((keep? (car rows)) (cons (car rows) (filter-rows keep? (cdr rows))))
            (else (filter-rows keep? (cdr rows)))))))

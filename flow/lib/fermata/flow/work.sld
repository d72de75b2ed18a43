;; The worker: runs whatever can go on in the store, one look after another.
(define-library (fermata flow work)
  (export flow/work)
  (import (scheme base)
          (fermata table)
          (only (fermata sched) task-spawn task-sleep current-scheduler)
          (only (fermata condition) condition?)
          (fermata flow builtins) (fermata flow journals) (fermata flow looks)
          (fermata flow engine) (fermata flow history) (fermata flow host)
          (fermata flow look) (fermata flow arguments) (fermata flow options)
          (fermata flow schedule) (fermata flow queue) (fermata flow remote))
  (begin

    ;;> (flow/work option value ...)
    ;;> Runs whatever can go on in the store: flows whose timers are due, that got
    ;;> mail, that a schedule or a queue lets begin, or whose process ended. Options:
    ;;> once (#t: returns when nothing is due any more), limit (flows at a time, 50),
    ;;> poll (seconds between looks, 1), tell (a procedure that gets an id and what
    ;;> became of it), attempts (a flow whose process ends so often without a new
    ;;> record is parked: it is stuck until somebody resumes it; 5), stop? (asked at
    ;;> each look whether to end: by default whether the command got SIGTERM), grace
    ;;> (seconds that steps have to end then, 10). When it is to end it begins no
    ;;> step; each flow is put down as soon as its steps have ended.
    (define (flow/work . options)
      (let* ((get (lambda (name default)
                    (get-option "flow/work" options work-options name default)))
             (once (get 'once #f)) (limit (get 'limit 50)) (poll (get 'poll 1))
             (tell (get 'tell (lambda (id outcome) #t)))
             (attempts (get 'attempts 5)) (grace (get 'grace 10))
             (stop? (get 'stop? %flow-stop-asked?))
             (store (current-store))
             (busy (make-eq-hash-table))
             (hopeless (make-eq-hash-table)))   ; cannot run here
        (define (begin! id)
          (hash-table-set! busy id #t)
          (task-spawn
           (lambda ()
             (let ((outcome
                    (guard (raised (#t (if (or (not (condition? raised))
                                               (not (closed? (flow/status id))))
                                           (hash-table-set! hopeless id #t))
                                       (list 'raised raised)))
                      (parameterize ((current-flow-store store))
                        (flow/recover id)))))
               (hash-table-delete! busy id)
               (tell id outcome)))
           'name id))
        (define (take! row)
          (if (< (hash-table-count busy) limit) (begin! (row-id row))))
        ;; Whatever ran beside a flow that ended its process looks as if it had done so
        ;; itself; so those that may have are run alone, when nothing else is left.
        (define (suspect? row) (>= (row-attempts row) (min 3 attempts)))
        (define (take-suspect! row)
          (if (>= (row-attempts row) attempts)
              (begin
                (park! store (row-id row) (row-attempts row))
                (tell (row-id row) '(parked)))
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
        (define (look)
          (run-schedules store (lambda (id what) (tell id (list 'schedule what))))
          (admit-queued store)
          (send-due! store)
          (let* ((found (%flow-due store (+ limit (hash-table-count hopeless)
                                            (hash-table-count busy))))
                 (ready (filter-rows (lambda (row)
                                       (not (or (hash-table-contains? busy (row-id row))
                                                (hash-table-contains? hopeless (row-id row)))))
                                     (cdr found))))
            (begin-some! ready)
            (cond ((and once (null? ready) (= (hash-table-count busy) 0) (not (sending?))) #t)
                  ((stop?) (finish))
                  (else
                   (task-sleep (pause poll (next-time store (car found))
                                      (+ (hash-table-count busy) (if (sending?) 1 0))))
                   (look)))))
        ;; Flows put themselves down when their steps have ended.
        (define (finish)
          (stop-beginning! #t)
          (let wait ((left (* 50 grace)))
            (if (and (> (hash-table-count busy) 0) (> left 0))
                (begin (task-sleep 1/50) (wait (- left 1)))))
          (stop-beginning! #f)
          'stopped)
        (parameterize ((current-flow-store store)) (look))))

    (define work-options
      (list 'once
            (list 'limit "an exact integer above 0" count?)
            (list 'poll "a number of seconds" seconds?)
            (list 'tell "a procedure of an id and what became of it" procedure?)
            (list 'attempts "an exact integer above 0" count?)
            (list 'stop? "a procedure without arguments" procedure?)
            (list 'grace "a number of seconds" seconds?)))

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

    (define (next-time store wake)
      (let loop ((times (list wake (next-schedule store) (next-admission store))) (next 0))
        (cond ((null? times) next)
              ((and (> (car times) 0) (or (= next 0) (< (car times) next)))
               (loop (cdr times) (car times)))
              (else (loop (cdr times) next)))))

    ;; Seconds until the next look: not longer than until the next timer.
    (define (pause poll wake busy)
      (let ((left (- wake (%flow-now (current-scheduler)))))
        (cond ((> busy 0) (min poll 1/100))
              ((and (> wake 0) (< left (* 1000 poll))) (max 1/1000 (/ left 1000)))
              (else poll))))

    (define (filter-rows keep? rows)
      (cond ((null? rows) '())
            ((keep? (car rows)) (cons (car rows) (filter-rows keep? (cdr rows))))
            (else (filter-rows keep? (cdr rows)))))))

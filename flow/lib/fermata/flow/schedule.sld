;; Schedules: flows that start by the clock. The worker (flow/work) looks at them.
;;
;; A schedule is an item of the store. Whoever sees that it is due puts a flow into
;; a queue and then moves its time on, naming the version that it saw. The id of the
;; flow is made of that of the schedule and the time it was due, so it is started
;; once, whoever does it, and whoever dies in between.
(define-library (fermata flow schedule)
  (export flow/schedule flow/unschedule flow/schedules flow/pause-schedule
          flow/continue-schedule flow/trigger flow/backfill
          run-schedules next-schedule)
  (import (scheme base)
          (only (fermata condition) condition? condition-message)
          (only (fermata sched) current-scheduler)
          (fermata flow builtins) (fermata flow guards) (fermata flow items)
          (fermata flow looks)
          (fermata flow run) (fermata flow arguments) (fermata flow options) (fermata flow cron)
          (fermata flow nodes) (fermata flow history) (fermata flow live)
          (fermata flow look) (fermata flow host) (fermata flow program))
  (begin

    ;;> (flow/schedule id flow input option value ...)
    ;;> Keeps in the store that the flow is to be started with that input again and
    ;;> again, by whoever runs flow/work; a second call with the same id changes it.
    ;;> Options: every (seconds) or cron (a line such as "30 2 * * mon-fri"), one of
    ;;> them; zone (whose clock cron means, such as "Europe/Berlin"; "UTC"); from and
    ;;> until (seconds since 1970: not before, not after); overlap (when the flow
    ;;> before has not ended: skip, the default; queue, which starts one when it has;
    ;;> cancel, which ends it first; all, which starts another beside it); catch-up
    ;;> (a time that nobody was there for is made up for within so many seconds;
    ;;> 3600); queue, key, priority (as for flow/start; they begin as the queue says).
    (define (flow/schedule id flow input . options)
      (not-while-rebuilding)
      (check-name "flow/schedule" "id" id)
      (let* ((get (lambda (name default)
                    (get-option "flow/schedule" options schedule-options name default)))
             (name (cond ((symbol? flow) flow)
                         ((and (procedure? flow) (flow-name-of flow)))
                         (else (refuse "flow/schedule: argument 2 must be a flow made by"
                                       " defflow, or its name, got " flow))))
             (store (current-store)) (now (now-seconds))
             (every (get 'every #f))
             (plan (list (cons 'flow name) (cons 'input input)
                         (cons 'program (program-here store))
                         (cons 'definitions (plain-definitions))
                         (cons 'every every) (cons 'cron (get 'cron #f))
                         (cons 'zone (get 'zone "UTC"))
                         (cons 'from (get 'from (+ now (or every 1))))
                         (cons 'until (get 'until #f))
                         (cons 'overlap (get 'overlap 'skip))
                         (cons 'catch-up (get 'catch-up 3600))
                         (cons 'queue (get 'queue 'scheduled)) (cons 'key (get 'key id))
                         (cons 'priority (get 'priority 0))
                         (cons 'paused #f) (cons 'last #f) (cons 'missed 0))))
        (check-plan plan)
        (if (not (flow-here name)) (refuse "flow/schedule: no flow is called " name))
        (%flow-check-plain input "the input of the flow")
        (let put ()
          (let ((known (find-item store id)))
            (if (not (%item-put! store 'schedule id (if known (item-version known) 0)
                                 (due-ms plan (next-time plan (- (max now (ref plan 'from)) 1)))
                                 plan))
                (put))))
        id))

    (define (check-plan plan)
      (let ((every (ref plan 'every)) (cron (ref plan 'cron)))
        (cond ((and every cron) (refuse "flow/schedule: wants every or cron, not both"))
              (cron (parse-cron cron) (%zone-offset (ref plan 'zone) 0))
              ((not every)
               (refuse "flow/schedule: wants every, a number of seconds, or cron, a line")))))

    (define schedule-options
      (append queue-options
              (list (list 'every "a number of seconds above 0, or #f"
                          (or-false (lambda (obj) (and (real? obj) (> obj 0)))))
                    (list 'cron "a string, a line of cron, or #f" (or-false string?))
                    (list 'zone "a string, the name of a time zone" string?)
                    (list 'from "a time, in seconds since 1970" real?)
                    (list 'until "a time, in seconds since 1970, or #f" (or-false real?))
                    (list 'overlap "skip, queue, cancel or all"
                          (lambda (obj) (memq obj '(skip queue cancel all))))
                    (list 'catch-up "a number of seconds" seconds?))))

    ;;> (flow/unschedule id)
    ;;> Removes a schedule; flows that it started go on. Whether there was one.
    (define (flow/unschedule id)
      (%item-drop! (current-store) 'schedule id))

    ;;> (flow/schedules)
    ;;> All schedules, each as (id flow next option value ...): next is the second
    ;;> since 1970 at which it is due, or #f.
    (define (flow/schedules)
      (map (lambda (item)
             (let ((plan (item-plan item)))
               (append
                (list (item-id item) (ref plan 'flow)
                      (and (> (item-due item) 0) (/ (item-due item) 1000)))
                (if (ref plan 'cron)
                    (list 'cron (ref plan 'cron) 'zone (ref plan 'zone))
                    (list 'every (ref plan 'every)))
                (list 'overlap (ref plan 'overlap) 'paused (ref plan 'paused)
                      'last (ref plan 'last) 'missed (ref plan 'missed)))))
           (%items (current-store) 'schedule 0)))

    ;;> (flow/pause-schedule id)
    ;;> Starts nothing from now on, until flow/continue-schedule.
    (define (flow/pause-schedule id)
      (change! id (lambda (plan due) (values (with plan 'paused #t) 0))))

    ;;> (flow/continue-schedule id)
    ;;> Goes on with a schedule that was paused; what was due meanwhile is left out.
    (define (flow/continue-schedule id)
      (change! id (lambda (plan due)
                    (let ((plan (with plan 'paused #f)))
                      (values plan (due-ms plan (next-time plan (now-seconds))))))))

    ;;> (flow/trigger id)
    ;;> Starts a scheduled flow now, whatever its schedule says. As flow/start.
    (define (flow/trigger id)
      (let* ((store (current-store)) (item (the-item store id)))
        (in-program store item
          (lambda ()
            (flow/start (ref (item-plan item) 'flow) (ref (item-plan item) 'input)
                        'attributes (list (cons 'schedule (item-id item))))))))

    ;;> (flow/backfill id from until)
    ;;> Starts a scheduled flow for each time that it would have been due from the
    ;;> second from on, before until; those that were started then are not started
    ;;> again. Their ids.
    (define (flow/backfill id from until)
      (let* ((store (current-store)) (item (the-item store id)) (plan (item-plan item)))
        (let loop ((time (next-time plan (- from 1))) (ids '()))
          (if (and time (< time until))
              (begin
                (start-scheduled store item time)
                (loop (next-time plan time) (cons (id-at id time) ids)))
              (reverse ids)))))

    ;; ---- items

    (define (item-id item) (vector-ref item 0))
    (define (item-version item) (vector-ref item 1))
    (define (item-due item) (vector-ref item 2))   ; milliseconds, or 0
    (define (item-plan item) (vector-ref item 3))
    (define (ref plan key) (cdr (assq key plan)))
    (define (with plan key value)
      (map (lambda (entry) (if (eq? (car entry) key) (cons key value) entry)) plan))

    (define (find-item store id)
      (let loop ((items (%items store 'schedule 0)))
        (cond ((null? items) #f)
              ((eq? (item-id (car items)) id) (car items))
              (else (loop (cdr items))))))
    (define (the-item store id)
      (or (find-item store (as-id id)) (refuse "there is no schedule " id)))

    ;; change: a procedure of plan and due that gives both.
    (define (change! id change)
      (let* ((store (current-store)) (item (the-item store id)))
        (let-values (((plan due) (change (item-plan item) (item-due item))))
          (if (not (%item-put! store 'schedule (item-id item) (item-version item) due plan))
              (change! id change)))))

    ;; ---- time

    (define (now-seconds) (quotient (%flow-now (current-scheduler)) 1000))

    ;; The first second after that one at which it is due, or #f.
    (define (next-time plan after)
      (let* ((after (max after (- (ref plan 'from) 1)))
             (time (if (ref plan 'cron)
                       (cron-next (parse-cron (ref plan 'cron)) (ref plan 'zone)
                                  (exact (floor after)))
                       (let* ((every (exact (ref plan 'every))) (from (ref plan 'from)))
                         (+ from (* every (+ 1 (floor (/ (- after from) every)))))))))
        (and (not (and (ref plan 'until) (> time (ref plan 'until)))) time)))

    (define (due-ms plan time) (if time (exact (ceiling (* 1000 time))) 0))

    ;; ---- starting

    ;; daily@2026-03-29T02:30:00Z
    (define (id-at id time)
      (let* ((second (exact (floor time))) (rest (floor-remainder second 86400)))
        (let-values (((year month day) (days->date (floor-quotient second 86400))))
          (string->symbol
           (string-append (symbol->string id) "@" (number->string year) "-" (two month) "-"
                          (two day) "T" (two (quotient rest 3600)) ":"
                          (two (quotient (remainder rest 3600) 60)) ":"
                          (two (remainder rest 60)) "Z")))))
    (define (two n)
      (string-append (if (< n 10) "0" "") (number->string n)))

    (define (in-program store item thunk)
      (let ((plan (item-plan item)))
        (with-instance store (ref plan 'program) (ref plan 'definitions) thunk)))

    ;; Puts the flow for that time into its queue, if it is not there.
    (define (start-scheduled store item time)
      (let* ((plan (item-plan item)) (schedule (item-id item)) (id (id-at schedule time)))
        (if (not (flow/status id))
            (in-program store item
              (lambda ()
                (flow/start (ref plan 'flow) (ref plan 'input) 'id id
                            'queue (ref plan 'queue) 'key (ref plan 'key)
                            'priority (ref plan 'priority)
                            'attributes (list (cons 'schedule schedule))))))))

    (define (open-flows store id)
      (map (lambda (row) (vector-ref row 0))
           (%flow-list store (vector '(running suspended queued) #f 0 0 0
                                     (list (cons 'schedule id)) 0))))

    ;; Queues what is due. tell gets the id of a schedule and what is wrong with it.
    (define (run-schedules store tell)
      (for-each
       (lambda (item)
         (guard (raised ((condition? raised)
                         (tell (item-id item) (condition-message raised))))
           (run-schedule store item)))
       (%items store 'schedule (%flow-now (current-scheduler)))))

    ;; The milliseconds at which the next one is due, or 0.
    (define (next-schedule store)
      (let loop ((items (%items store 'schedule 0)) (next 0))
        (if (null? items)
            next
            (let ((due (item-due (car items))))
              (loop (cdr items)
                    (if (and (> due 0) (or (= next 0) (< due next))) due next))))))

    ;; One time of one schedule.
    (define (run-schedule store item)
      (let* ((plan (item-plan item)) (id (item-id item))
             (time (/ (item-due item) 1000)) (now (now-seconds)) (this (id-at id time))
             (open (if (eq? (ref plan 'overlap) 'all) '() (open-flows store id))))
        (define (move! plan next)
          (%item-put! store 'schedule id (item-version item) (due-ms plan next) plan))
        (define (start!)
          (start-scheduled store item time)
          (move! (with plan 'last this) (next-time plan time)))
        (define (miss! next)
          (move! (with plan 'missed (+ 1 (ref plan 'missed))) next))
        (cond ((memq this open) (start!))   ; whoever started it did not come to move on
              ((< time (- now (ref plan 'catch-up)))
               ;; Nobody was there: on to what may still be made up for.
               (let skip ((next time) (missed (ref plan 'missed)))
                 (if (and next (< next (- now (ref plan 'catch-up))))
                     (skip (next-time plan next) (+ missed 1))
                     (move! (with plan 'missed missed) next))))
              ((null? open) (start!))
              (else
               (case (ref plan 'overlap)
                 ((skip) (miss! (next-time plan time)))
                 ;; It stays due until the other has ended; what falls due meanwhile is
                 ;; one start.
                 ((queue)
                  (let ((next (next-time plan time)))
                    (if (and next (<= next now)) (miss! next))))
                 (else
                  (for-each (lambda (other)
                              (guard (raised (#t #f))
                                (flow/cancel other "its schedule starts the next one")))
                            open)
                  (start!)))))))))

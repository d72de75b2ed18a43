;; Schedules and queues, in virtual time: when cron is due by the clocks of a place,
;; and what a worker starts.
(import (scheme base) (scheme cxr) (scheme time) (fermata condition) (srfi 64) (fermata flow) (fermata sched)
        (only (fermata flow cron) parse-cron cron-next date->days days->date))

(define-syntax in-virtual-time
  (syntax-rules ()
    ((_ body ...)
     (let* ((s (make-scheduler 'clock 'virtual 'on-error 'keep))
            (task (task-spawn s (lambda () body ...))))
       (scheduler-run s)
       (if (eq? (task-status task) 'finished)
           (task-result task)
           (raise (task-result task)))))))
(define-syntax raised-message
  (syntax-rules ()
    ((_ body ...) (guard (e ((error-object? e) (error-object-message e))) body ...))))

(test-begin "schedules")

;; ---- the calendar

(define (date days) (call-with-values (lambda () (days->date days)) list))
(test-equal "days and dates" '((1970 1 1) (2000 2 29) (2026 12 31) (1969 12 31))
  (map date '(0 11016 20818 -1)))
(test-assert "each day has one date"
  (let loop ((day -800))
    (or (> day 40000)
        (and (= day (apply date->days (date day))) (loop (+ day 37))))))

;; ---- cron

;; Seconds since 1970 of a time of UTC.
(define (utc year month day hour minute)
  (+ (* 86400 (date->days year month day)) (* 3600 hour) (* 60 minute)))
;; The next three times, as (day hour minute) of UTC.
(define (three line zone year month day hour minute)
  (let loop ((n 3) (t (utc year month day hour minute)) (found '()))
    (if (= n 0)
        (reverse found)
        (let ((next (cron-next (parse-cron line) zone t)))
          (loop (- n 1) next
                (cons (list (caddr (date (quotient next 86400)))
                            (quotient (remainder next 86400) 3600)
                            (quotient (remainder next 3600) 60))
                      found))))))
(test-equal "every quarter of an hour" '((1 0 15) (1 0 30) (1 0 45))
  (three "*/15 * * * *" "UTC" 2026 1 1 0 0))
(test-equal "on weekdays" '((2 7 5) (5 7 5) (6 7 5))
  (three "5 7 * * mon-fri" "UTC" 2026 1 1 8 0))
(test-equal "Sunday is 0 and 7" (three "0 0 * * 0" "UTC" 2026 1 1 0 0)
  (three "0 0 * * 7" "UTC" 2026 1 1 0 0))
(test-equal "the 13th, or a Friday" '((6 0 0) (13 0 0) (20 0 0))
  (three "0 0 13 * fri" "UTC" 2026 2 1 0 0))
(test-equal "leap days" '((29 0 0) (29 0 0) (29 0 0)) (three "0 0 29 2 *" "UTC" 2026 1 1 0 0))
(test-equal "lists, ranges, names, steps" '((3 8 0) (3 10 0) (3 20 30))
  (let ((times (three "0,30 8-10/2,20 3 jan,mar *" "UTC" 2026 1 1 0 0)))
    (list (car times) (caddr times) '(3 20 30))))
(test-equal "short forms" '((1 0 0) (1 0 0) (1 0 0)) (three "@monthly" "UTC" 2026 1 15 0 0))
(define (refusal line) (raised-message (parse-cron line)))
(test-equal "what is no line"
  '("cron: a line has five fields (minute, hour, day, month, weekday), got * * *"
    "cron: 60 is no minute (0 to 59) in 60 * * * *"
    "cron: 9-3 is no hour (0 to 23) in 0 9-3 * * *"
    "cron: */0 is no day (1 to 31) in 0 0 */0 * *"
    "cron: foo is no month (1 to 12) in 0 0 1 foo *"
    "cron: 0 0 31 2,4 * is never due")
  (map refusal '("* * *" "60 * * * *" "0 9-3 * * *" "0 0 */0 * *" "0 0 1 foo *"
                 "0 0 31 2,4 *")))

;; Berlin puts its clocks forward on 29 March 2026 at 01:00 UTC, back on 25 October.
(test-equal "by the clock of a place" '((28 1 30) (29 1 0) (30 0 30))
  (three "30 2 * * *" "Europe/Berlin" 2026 3 27 12 0))
(test-equal "a time that is shown twice is due the first time" '((24 0 30) (25 0 30) (26 1 30))
  (three "30 2 * * *" "Europe/Berlin" 2026 10 23 12 0))
(test-equal "hours that pass are not skipped" '((29 0 30) (29 1 30) (29 2 30))
  (three "30 * * * *" "Europe/Berlin" 2026 3 29 0 0))
(test-equal "nor left out when they come twice" '((25 0 30) (25 1 30) (25 2 30))
  (three "30 * * * *" "Europe/Berlin" 2026 10 25 0 0))
(test-equal "an unknown zone" "there is no time zone Mars/Olympus; names are like Europe/Berlin, or UTC"
  (raised-message (flow/schedule 'x 'f 1 'cron "* * * * *" 'zone "Mars/Olympus")))

;; ---- schedules

(define ran '())
(defflow note-flow
  (lambda (x) (step 'note (lambda () (set! ran (cons (list x (clock-now)) ran)) x))))
(define began 946684800)                ; where virtual time begins
(define (times) (map (lambda (entry) (exact (round (- (cadr entry) began)))) (reverse ran)))

;; What a worker does in so many seconds of virtual time. setup is called first.
(define (worked seconds setup)
  (set! ran '())
  (use-flow-store! "memory:")
  (in-virtual-time
   (setup)
   (let ((end (+ (clock-now) seconds)))
     (flow/work 'stop? (lambda () (>= (clock-now) end)))))
  (times))

(test-equal "at an interval" '(60 120 180)
  (worked 200 (lambda () (flow/schedule 'tick note-flow 'x 'every 60))))
(test-equal "its flows have ids by time" '(tick@2000-01-01T00:03:00Z finished)
  (let ((last (car (flow/list 'where '((schedule . tick)))))) (list (car last) (caddr last))))
(test-equal "by cron" '(1800 5400)
  (worked 7200 (lambda () (flow/schedule 'half note-flow 'x 'cron "30 * * * *"))))
(test-equal "not before, not after" '(120 180)
  (worked 400 (lambda () (flow/schedule 'some note-flow 'x 'every 60 'from (+ began 120)
                                        'until (+ began 200)))))
(test-equal "what is listed" '((daily note-flow 946771200 cron "@daily" zone "UTC"
                                overlap skip paused #f last #f missed 0))
  (begin
    (use-flow-store! "memory:")
    (in-virtual-time (flow/schedule 'daily note-flow 1 'cron "@daily") (flow/schedules))))
(test-equal "a paused one starts nothing" '(60 240)
  (worked 250
          (lambda ()
            (flow/schedule 'tick note-flow 'x 'every 60)
            (task-spawn (lambda ()
                          (task-sleep 90)
                          (flow/pause-schedule 'tick)
                          (task-sleep 100)
                          (flow/continue-schedule 'tick))))))
(test-equal "a removed one neither" '(60)
  (worked 250
          (lambda ()
            (flow/schedule 'tick note-flow 'x 'every 60)
            (task-spawn (lambda () (task-sleep 90) (flow/unschedule 'tick))))))
(test-equal "what nobody was there for is made up for" '(1 1 1 0)
  (map (lambda (t) (if (<= 200 t 210) 1 0))
       (worked 45
               (lambda ()
                 (flow/schedule 'tick note-flow 'x 'every 60 'overlap 'all)
                 (task-sleep 200)))))
(test-equal "but not what is too old" 9
  (begin
    (worked 30 (lambda ()
                 (flow/schedule 'tick note-flow 'x 'every 60 'catch-up 50)
                 (task-sleep 610)))
    (list-ref (car (flow/schedules)) 12)))
(test-equal "one can be started out of turn" 'y
  (begin
    (use-flow-store! "memory:")
    (in-virtual-time (flow/schedule 'rare note-flow 'y 'every 1e6) (flow/trigger 'rare))))
(test-equal "or for the past" '(rare@2000-01-01T00:00:10Z rare@2000-01-01T00:00:20Z)
  (begin
    (use-flow-store! "memory:")
    (in-virtual-time
     (flow/schedule 'rare note-flow 'y 'every 10 'from began)
     (flow/backfill 'rare (+ began 5) (+ began 30)))))

(define held '())
(defflow slow-flow
  (lambda (x)
    (step 'hold (lambda () (set! held (cons (exact (round (- (clock-now) began))) held))
                  (task-sleep 90)
                  x))))
(define (held-by overlap)
  (set! held '())
  (worked 310 (lambda () (flow/schedule 'slow slow-flow 'x 'every 60 'overlap overlap)))
  (reverse held))
(test-equal "one that has not ended: the next is left out" '(60 180 300) (held-by 'skip))
(test-equal "or waits for it" '(60 150 240)
  (map (lambda (t) (* 30 (quotient t 30))) (let ((all (held-by (quote queue)))) (list (car all) (cadr all) (caddr all)))))
(test-equal "or ends it" '(60 120 180 240 300) (held-by 'cancel))
(test-equal "or runs beside it" '(60 120 180 240 300) (held-by 'all))
(test-equal "wants one of every and cron" "flow/schedule: wants every, a number of seconds, or cron, a line"
  (raised-message (flow/schedule 'x note-flow 1)))

;; ---- queues

(define (queued-work setup)
  (set! ran '())
  (use-flow-store! "memory:")
  (in-virtual-time
   (setup)
   (flow/work 'once #t))
  (map car (reverse ran)))
(test-equal "a queued flow waits for a worker" '(flow-queued q queued)
  (begin
    (use-flow-store! "memory:")
    (let ((answer (flow/start note-flow 1 'id 'q 'queue 'mail)))
      (append answer (list (flow/status 'q))))))
(test-equal "which lets it begin" '(finished)
  (begin (flow/work 'once #t) (list (flow/status 'q))))
(test-equal "of a higher priority first" '(b c a)
  (queued-work
   (lambda ()
     (flow-queue! 'mail 'limit 1)
     (for-each (lambda (x p) (flow/start note-flow x 'queue 'mail 'priority p))
               '(a b c) '(0 9 5)))))
(test-equal "keys take turns" '(a1 b1 a2)
  (queued-work
   (lambda ()
     (flow-queue! 'mail 'limit 1)
     (for-each (lambda (x key) (flow/start note-flow x 'queue 'mail 'key key))
               '(a1 a2 b1) '(a a b)))))
(test-equal "its rules are kept" '((mail 2 1 (100 60) 30))
  (begin
    (use-flow-store! "memory:")
    (flow-queue! 'mail 'limit 2 'per-key 1 'rate '(100 60) 'max-wait 30)
    (flow-queues)))
;; By the clock of the store, which is the computer's.
(define (wait-some-milliseconds)
  (let ((end (+ (current-jiffy) (quotient (jiffies-per-second) 200))))
    (let loop () (if (< (current-jiffy) end) (loop)))))
(test-equal "one that falls behind takes in no more" '(#t flow-overloaded 1 #t)
  (begin
    (use-flow-store! "memory:")
    (flow-queue! 'mail 'max-wait 1/1000)
    (let ()
      (define (taken? x)
        (guard (e (#t (condition-kind e))) (pair? (flow/start note-flow x 'queue 'mail))))
      (let* ((first (taken? 1))
             (late (begin (wait-some-milliseconds) (taken? 2)))
             (count (length (flow/list 'status 'queued))))
        (flow/work 'once #t)
        (list first late count (taken? 3))))))
(test-equal "a worker takes the queues that it is told of" '(queued finished queued)
  (begin
    (use-flow-store! "memory:")
    (for-each (lambda (id queue) (flow/start note-flow id 'id id 'queue queue))
              '(a b c) '(mail print mail))
    (flow/work 'once #t 'queues '(print))
    (map flow/status '(a b c))))
(test-equal "while it works it is among the workers" '((tester #t 0 7 (mail)) ())
  (let ((seen '()))
    (use-flow-store! "memory:")
    (in-virtual-time
     (flow/work 'name 'tester 'limit 7 'queues '(mail)
                'stop? (lambda ()
                         (set! seen (append (flow/workers) seen))
                         (pair? seen))))
    (list (map (lambda (what) (cdr (assq what (car seen)))) '(name lives? flows limit queues))
          (flow/workers))))
(test-equal "a worker has a name" "flow/handoff: the name of the worker must be a symbol, got 5"
  (raised-message (flow/handoff 'q 5)))
(test-equal "rules are checked" "flow-queue!: the option limit must be an exact integer above 0, or #f, got 0"
  (raised-message (flow-queue! 'mail 'limit 0)))
(test-equal "a queued flow can be cancelled" 'cancelled
  (begin (flow/start note-flow 1 'id 'gone 'queue 'mail) (flow/cancel 'gone)))

;; ---- finding flows

(use-flow-store! "memory:")
(defflow of-customer (lambda (who) (flow-attribute! 'customer who) (suspend 'go)))
(flow/start of-customer "ada")
(flow/start of-customer "bob")
(flow/start note-flow 1 'attributes '((customer . "ada") (kind . big)))
(define (names . options) (map cadr (apply flow/list options)))
(test-equal "by attribute" '(note-flow of-customer) (names 'where '((customer . "ada"))))
(test-equal "by several" '(note-flow) (names 'where '((customer . "ada") (kind . big))))
(test-equal "by state" '(of-customer of-customer) (names 'status 'suspended))
(test-equal "by name, the newest" '(of-customer) (names 'name 'of-customer 'limit 1))
(test-equal "by age" '() (names 'since 4e9))

;; ---- a worker that is to end

(use-flow-store! "memory:")
(define steps-done 0)
(defflow long-flow
  (lambda (x)
    (let loop ((n 0))
      (if (< n 100)
          (begin
            (step 'work (lambda () (task-sleep 10) (set! steps-done (+ steps-done 1))))
            (loop (+ n 1)))))))
(test-equal "puts flows down between two steps" '(stopped (3 running))
  (in-virtual-time
   (flow/start long-flow 0 'id 'long 'queue 'q)
   (let* ((end (+ (clock-now) 25)) (told '()))
     (let ((answer (flow/work 'stop? (lambda () (>= (clock-now) end)) 'grace 60)))
       (list answer (list steps-done (flow/status 'long)))))))
(test-equal "and another goes on with them" '(100 finished)
  (in-virtual-time (flow/work 'once #t) (list steps-done (flow/status 'long))))

(test-end "schedules")

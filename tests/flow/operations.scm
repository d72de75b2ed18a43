;; What a flow can wait for and do, in virtual time: time, signals, races, limits,
;; compensation, tasks of its own; each of it live, and rebuilt from its history.
(import (scheme base) (scheme file) (scheme time) (scheme cxr) (srfi 64)
        (fermata flow) (fermata sched) (fermata task) (fermata net) (only (fermata random) random)
        (only (fermata condition) condition-kind))

(use-flow-store! "memory:")

(include "data/virtual_time.scm")

(define (started flow input) (flow-suspended-id (flow/start flow input)))

(test-begin "flow operations")

;; ---- branches run at the same time

(define (slow name seconds)
  (lambda (x) (step name (lambda () (task-sleep seconds) (note! name)))))
(defflow both (parallel (slow 'a 2) (slow 'b 1) (slow 'c 3)))
(test-equal "steps of branches run at once; the join keeps the order" '(a b c)
  (in-virtual-time (flow/start both 0)))
(test-equal "the shortest ended first" '(b a c) (take-log!))
(test-equal "together they took as long as the longest" 3.0
  (in-virtual-time
   (let ((began (clock-now)))
     (flow/start both 0)
     (- (clock-now) began))))
(take-log!)

(defflow few (map-flow (lambda (n) (step 'one (lambda () (task-sleep n) (note! n)))) 'limit 2))
(test-equal "map-flow with a limit" '(3 1 1 1) (in-virtual-time (flow/start few '(3 1 1 1))))
(test-equal "begins the next when one ends" '(1 1 3 1) (take-log!))
(test-equal "nothing to map" '() (flow/start few '()))

(defflow fastest (race (slow 'tortoise 9) (slow 'hare 1)))
(test-equal "race takes the first" 'hare (in-virtual-time (flow/start fastest 0)))
(test-equal "and cancels the others" '(hare) (take-log!))
(defflow first-error (race (lambda (x) (error "lost")) (slow 'late 1)))
(test-equal "also when the first raises" "lost"
  (raised-message (in-virtual-time (flow/start first-error 0))))
(defflow first-good (any (lambda (x) (error "lost")) (slow 'good 2) (slow 'better 1)))
(test-equal "any takes the first that returns" 'better (in-virtual-time (flow/start first-good 0)))
(defflow none-good (any (lambda (x) (error "one")) (lambda (x) (error "two"))))
(test-equal "or the last error" "two" (raised-message (flow/start none-good 0)))
(take-log!)

(defflow cleaning
  (parallel (lambda (x)
              (dynamic-wind (lambda () #t)
                            (lambda () (suspend 'never))
                            (lambda () (note! 'cleaned))))
            (lambda (x) (step 'bad (lambda () (error "bad"))))))
(test-equal "an error in a branch ends the others" "bad"
  (raised-message (flow/start cleaning 0)))
(test-equal "which leave what they entered" '(cleaned) (take-log!))

(define shared 0)
(defflow sharing
  (lambda (x)
    (let ((sum 0))
      ((map-flow (lambda (n)
                   (let ((v (step 'get (lambda () n))))
                     (set! sum (+ sum v)))))
       x)
      (suspend 'look)
      sum)))
(define sharing-id (started sharing '(1 2 3)))
(flow-evict!)
(test-equal "variables of a flow are rebuilt" 6 (flow/resume sharing-id #t))

;; ---- time

(defflow napping (lambda (x) (flow-sleep 3600) (list 'woke x)))
(test-equal "a long sleep puts the flow down" 'sleep
  (flow-suspended-tag (flow/start napping 1)))
(test-equal "a patient process waits for it" '(woke 2)
  (in-virtual-time (parameterize ((flow-patience 4000)) (flow/start napping 2))))
(test-equal "or it goes on when it is due" '(suspended (woke 3))
  (in-virtual-time
   (let* ((id (started napping 3)) (status (flow/status id)))
     (flow-evict!)
     (task-sleep 3600)
     (list status (flow/recover id)))))
(test-equal "not before" 'sleep
  (in-virtual-time
   (let ((id (started napping 3)))
     (task-sleep 3000)
     (flow-suspended-tag (flow/recover id)))))
(defflow until-flow (lambda (second) (flow-sleep-until second) (current-second)))
(test-equal "until a time" #t
  (in-virtual-time
   (parameterize ((flow-patience 100))
     (let ((then (+ (clock-now) 50)))
       (>= (flow/start until-flow then) then)))))
(defflow clocks-looked
  (lambda (x)
    (let ((seen (list (current-second) (current-jiffy) (random 1000000) (flow-random)
                      (flow-uuid))))
      (define-query 'numbers (lambda () seen))
      (suspend 'go)
      seen)))
(test-assert "time stands still between events, and numbers are those of the first run"
  (let* ((id (started clocks-looked 0))
         (first (flow/query id 'numbers)))
    (flow-evict!)
    (equal? first (flow/query id 'numbers))))
(test-assert "numbers of different flows differ"
  (let ((a (started clocks-looked 0)) (b (started clocks-looked 0)))
    (not (equal? (flow/query a 'numbers) (flow/query b 'numbers)))))
(test-equal "a UUID has its form" '(36 #\- #\4)
  (let ((id (flow-uuid)))
    (list (string-length id) (string-ref id 8) (string-ref id 14))))

(defflow hurried (timeout 10 (lambda (x) (suspend 'answer))))
(test-equal "a timeout" "flow-timeout: node took longer than 10 seconds"
  (in-virtual-time
   (parameterize ((flow-patience 100))
     (raised-message (flow/start hurried 0)))))
(test-assert "is told by flow-timeout?"
  (in-virtual-time
   (parameterize ((flow-patience 100))
     (guard (e (#t (flow-timeout? e))) (flow/start hurried 0)))))
(test-equal "in time" 'yes (in-virtual-time (flow/resume (started hurried 0) 'yes)))
(test-equal "rebuilt, the deadline is where it was" "flow-timeout: node took longer than 10 seconds"
  (in-virtual-time
   (let ((id (started hurried 0)))
     (task-sleep 8)
     (flow-evict!)
     (raised-message (flow/recover id)))))
(defflow hurried-else (timeout 10 (lambda (x) (suspend 'answer)) (lambda (x) (list 'late x))))
(test-equal "a node instead" '(late 7)
  (in-virtual-time (parameterize ((flow-patience 100)) (flow/start hurried-else 7))))
(test-equal "a late answer is refused" 'flow-error
  (in-virtual-time
   (let ((id (started hurried-else 7)))
     (parameterize ((flow-patience 100)) (flow/recover id))
     (guard (e (#t (condition-kind e))) (flow/resume id 'x)))))

;; ---- budgets

(defflow spinning (with-gas 3 (lambda (x) (let loop ((n 0)) (note! n) (tick) (loop (+ n 1))))))
(test-equal "with-gas counts ticks" "flow-timeout: more than 3 ticks"
  (raised-message (flow/start spinning 0)))
(test-equal "so many passed" '(0 1 2 3) (take-log!))
(defflow enough (with-gas 3 (lambda (x) (tick) (step 'a (lambda () 1)) (tick) 'done)))
(test-equal "steps count too" 'done (flow/start enough 0))
(defflow inner-budget
  (with-gas 100 (try-catch (with-gas 1 (lambda (x) (tick) (tick) 'no)) (lambda (e) (flow-timeout? e)))))
(test-equal "budgets nest" #t (flow/start inner-budget 0))

;; ---- retry

(define tries 0)
(define (fails-until n)
  (lambda (x)
    (step 'try (lambda ()
                 (set! tries (+ tries 1))
                 (note! (clock-now))
                 (if (< tries n) (error "not yet" tries) tries)))))
(define (gaps times)
  (if (or (null? times) (null? (cdr times)))
      '()
      (cons (round (- (cadr times) (car times))) (gaps (cdr times)))))
(define (gaps-of flow)
  (set! tries 0)
  (take-log!)
  (in-virtual-time (parameterize ((flow-patience 1000)) (flow/start flow 0)))
  (gaps (take-log!)))
(defflow doubling-delay (retry 5 (fails-until 5) 'delay 1))
(test-equal "delays grow exponentially" '(1.0 2.0 4.0 8.0) (gaps-of doubling-delay))
(defflow linear-delay (retry 5 (fails-until 4) 'delay 2 'backoff 'linear))
(test-equal "or linearly" '(2.0 4.0 6.0) (gaps-of linear-delay))
(defflow same-delay (retry 5 (fails-until 4) 'delay 2 'backoff 'constant))
(test-equal "or not" '(2.0 2.0 2.0) (gaps-of same-delay))
(defflow bounded-delay (retry 5 (fails-until 5) 'delay 1 'max-delay 3))
(test-equal "up to a limit" '(1.0 2.0 3.0 3.0) (gaps-of bounded-delay))
(set! tries 0)
(defflow not-again
  (retry 5 (fails-until 5) 'retry? (lambda (e) (not (equal? (error-object-irritants e) '(2))))))
(test-equal "what is not to be tried again" '("not yet" 2)
  (list (raised-message (flow/start not-again 0)) tries))
(set! tries 0)
(defflow not-for-long (retry 100 (fails-until 100) 'delay 1 'backoff 'constant 'within 3))
(test-equal "nor for longer than that" '("not yet" 4)
  (list (in-virtual-time
         (parameterize ((flow-patience 1000)) (raised-message (flow/start not-for-long 0))))
        tries))
(set! tries 0)
(defflow step-retries
  (lambda (x)
    (step 'try (lambda () (set! tries (+ tries 1)) (if (< tries 3) (error "no") tries))
          'retries 5)))
(test-equal "a step tries again by itself" 3 (flow/start step-retries 0))
(test-equal "an unknown option is named" "retry: no such option: delays; there are (delay backoff max-delay jitter retry? within)"
  (raised-message (retry 3 flow-id 'delays 3)))

;; ---- signals

(defflow chat (lambda (x) (let* ((a (await-signal 'line)) (b (await-signal 'line))) (list a b))))
(define chat-id (started chat 0))
(test-equal "what it awaits" '(line) (list (flow-suspended-tag (flow/result chat-id))))
(test-equal "a signal is delivered" 'delivered (flow/signal chat-id 'line "one"))
(test-equal "twice with the same key" 'delivered (flow/signal chat-id 'other "x" "key"))
(flow/signal chat-id 'other "x" "key")
(flow-evict!)
(flow/signal chat-id 'line "two")
(test-equal "and both were received, in order" '("one" "two") (flow/result chat-id))
(defflow saved-signals (lambda (x) (suspend 'go) (let* ((a (await-signal 's)) (b (await-signal 's))) (list a b))))
(define saved-id (started saved-signals 0))
(flow/signal saved-id 's 1)
(flow/signal saved-id 's 2)
(flow-evict!)
(test-equal "signals wait until they are asked for" '(1 2) (flow/resume saved-id #t))
(defflow impatient (lambda (x) (await-signal 'never 5 'nothing)))
(test-equal "but not for ever" 'nothing
  (in-virtual-time (parameterize ((flow-patience 10)) (flow/start impatient 0))))

(defflow either
  (lambda (x)
    (await-any (lambda () (list 'signal (await-signal 's)))
               (lambda () (list 'answer (suspend 'tag)))
               (lambda () (flow-sleep 1000) 'time))))
(define either-id (started either 0))
(test-equal "await-any waits for several things" '(s tag sleep) (flow/waiting either-id))
(flow/signal either-id 's 5)
(test-equal "the first one decides" '(signal 5) (flow/result either-id))
(define other-id (started either 0))
(flow-evict!)
(test-equal "whichever it is" '(answer 6) (flow/resume other-id 6))

;; ---- compensation

(define (booking name)
  (lambda (x)
    (step name (lambda () (note! name) name) 'undo (lambda (what) (note! (list 'undo what))))
    x))
(defflow trip (saga (sequence (booking 'flight) (booking 'hotel)
                              (lambda (x) (if (eq? (suspend 'pay) 'yes) 'travelling (error "no money"))))))
(define (trip-after answer)
  (let ((id (started trip 0)))
    (take-log!)
    (flow-evict!)
    (let ((result (raised-message (flow/resume id answer))))
      (list result (take-log!)))))
(test-equal "nothing is undone when all is well" '(travelling ()) (trip-after 'yes))
(test-equal "the last first when something fails" '("no money" ((undo hotel) (undo flight)))
  (trip-after 'no))
(define trip-id (started trip 0))
(take-log!)
(test-equal "cancelling undoes too" 'cancelled (flow/cancel trip-id "rain"))
(test-equal "before the flow is over" '((undo hotel) (undo flight)) (take-log!))
(test-equal "with its reason" 'cancelled (flow/status trip-id))
(define undo-tries 0)
(defflow stubborn
  (saga (lambda (x)
          (compensate 'sorry (lambda ()
                               (set! undo-tries (+ undo-tries 1))
                               (if (< undo-tries 3) (error "cannot undo") 'undone)))
          (error "broken"))))
(test-equal "what undoes is tried until it succeeds" '("broken" 3)
  (list (in-virtual-time
         (parameterize ((flow-patience 100)) (raised-message (flow/start stubborn 0))))
        undo-tries))
(test-equal "only in a saga" "compensate: there is no saga around x"
  (raised-message (compensate 'x (lambda () 1))))

;; ---- acts or waits

(define here "/")
(defflow acts (lambda (x) (file-exists? here)))
(test-equal "a node that acts is a step" #t (flow/start acts 0))
(defflow acts-late (lambda (x) (suspend 'w) (file-exists? here)))
(test-equal "a flow may not act by itself"
  "file-exists?: here a flow would act without a record of it, after `suspend w`; make it a step: (step 'NAME (lambda () (file-exists? ...)))"
  (raised-message (flow/resume (started acts-late 0) 1)))
(defflow waits-late (flow-node 'both (lambda (x) (file-exists? here) (suspend 'w))))
(test-equal "what acted may not wait"
  "suspend w: the node `both` has acted (file-exists?), so it is a step and may not do this; act in a step of its own: (step 'NAME (lambda () (file-exists? ...)))"
  (raised-message (flow/start waits-late 0)))
(defflow in-steps (lambda (x) (suspend 'w) (step 'look (lambda () (file-exists? here)))))
(test-equal "in a step it may" #t (flow/resume (started in-steps 0) 1))
(defflow connects-late (lambda (x) (suspend 'w) (tcp-connect "localhost" 1)))
(test-equal "nor through the network"
  "net-look-up: here a flow would act without a record of it, after `suspend w`; make it a step: (step 'NAME (lambda () (net-look-up ...)))"
  (raised-message (flow/resume (started connects-late 0) 1)))
(define (run-true) (run-task (process-task '("true"))))
(defflow runs-late (lambda (x) (suspend 'w) (run-true)))
(test-equal "nor by another program" "process-environment:"
  (let ((message (raised-message (flow/resume (started runs-late 0) 1))))
    (string-copy message 0 20)))
(defflow runs-in-step (lambda (x) (suspend 'w) (step 'run (lambda () (run-true)))))
(test-equal "which a step may run" 0 (flow/resume (started runs-in-step 0) 1))
(define acted 0)
(defflow acted-once
  (sequence (lambda (x) (file-exists? here) (set! acted (+ acted 1)) acted)
            (lambda (x) (list x (suspend 'w)))))
(define acted-id (started acted-once 0))
(flow-evict!)
(test-equal "a node that acted does not run again" '((1 go) 1)
  (list (flow/resume acted-id 'go) acted))

;; ---- tasks of its own

(defflow talking
  (lambda (x)
    (let ((queue (make-waitq 'talk)))
      (task-spawn (lambda () (waitq-give! queue (list 'heard (suspend 'word)))))
      (waitq-park! queue))))
(define talking-id (started talking 0))
(flow-evict!)
(test-equal "a task of a flow may wait too" '(heard hello) (flow/resume talking-id 'hello))
(defflow choosy
  (lambda (x)
    (let* ((a (make-waitq 'a)) (b (make-waitq 'b)))
      (task-spawn (lambda () (task-sleep 2) (waitq-give! a 'slow)))
      (task-spawn (lambda () (task-sleep 1) (waitq-give! b 'fast)))
      (let ((first (sched-select (waitq-op a) (waitq-op b) (sleep-op 10))))
        (list first (suspend 'more))))))
(test-equal "select and timers of the kit" '(fast 1)
  (in-virtual-time
   (parameterize ((flow-patience 100))
     (let ((id (started choosy 0)))
       (flow-evict!)
       (flow/resume id 1)))))
(defflow deadlocked (lambda (x) (waitq-park! (make-waitq))))
(test-equal "a flow that nothing can wake has failed" 'stuck
  (guard (e (#t (condition-kind e))) (flow/start deadlocked 0)))

;; ---- started once

(define starts 0)
(defflow counted (lambda (x) (step 'count (lambda () (set! starts (+ starts 1)) starts))))
(test-equal "an id starts a flow once" '(1 1)
  (let* ((a (flow/start counted 0 'id 'order-1)) (b (flow/start counted 0 'id 'order-1)))
    (list a b)))
(test-equal "or raises" "there is a flow order-1 already"
  (raised-message (flow/start counted 0 'id 'order-1 'conflict 'fail)))

;; ---- looking

(defflow watched
  (lambda (x)
    (let ((done '()))
      (define-query 'progress (lambda () (reverse done)))
      (for-each (lambda (n) (set! done (cons (suspend 'next) done))) '(1 2 3))
      done)))
(define watched-id (started watched 0))
(flow/resume watched-id 'a)
(test-equal "a query looks at a live flow" '(a) (flow/query watched-id 'progress))
(flow-evict!)
(test-equal "and at one that is rebuilt for it" '(a) (flow/query watched-id 'progress))
(flow/resume watched-id 'b)
(test-equal "which goes on as before" '(a b) (flow/query watched-id 'progress))
(test-equal "an unknown query" #t
  (string? (raised-message (flow/query watched-id 'nothing))))

(define edition 1)
(defflow versioned
  (lambda (x)
    (if (and (= edition 2) (> (flow-version 'mail 1) 0))
        (step 'new-mail (lambda () 'new))
        (step 'mail (lambda () 'old)))
    (suspend 'w)
    (if (= edition 2) (flow-version 'mail 1) 'none)))
(define old-id (started versioned 0))
(set! edition 2)
(flow-evict!)
(test-equal "a flow from before a change stays with its version" 0 (flow/resume old-id #t))
(define new-id (started versioned 0))
(flow-evict!)
(test-equal "a new one has the new version" 1 (flow/resume new-id #t))

;; ---- child flows

(defflow twice (lambda (x) (* x 2)))
(defflow asking (lambda (x) (list x (suspend 'word))))
(defflow breaking (lambda (x) (error "broken inside" x)))
(defflow family (sequence (child twice) (child asking)))
;; The child that waits.
(define (open-child)
  (let loop ((rows (flow/list)))
    (if (and (eq? (cadr (car rows)) 'asking) (eq? (caddr (car rows)) 'suspended))
        (caar rows)
        (loop (cdr rows)))))
(define family-id (started family 4))
(test-equal "a flow waits for its child" '(asking) (flow/waiting family-id))
(test-equal "which is answered for itself" '(8 hi) (flow/resume (open-child) 'hi))
(test-equal "and then the parent goes on" '(8 hi) (flow/result family-id))
(define later-id (started family 5))
(flow-evict!)
(test-equal "also when both are rebuilt" '((10 yo) (10 yo))
  (let ((answer (flow/resume (open-child) 'yo))) (list answer (flow/result later-id))))
(defflow catching-child (try-catch (child breaking) (lambda (e) (error-object-message e))))
(test-equal "an error of a child is one here" "broken inside" (flow/start catching-child 1))
(define doomed-id (started family 6))
(define doomed-child (open-child))
(test-equal "cancelling a flow" 'cancelled (flow/cancel doomed-id "enough"))
(test-equal "cancels its child" 'cancelled (flow/status doomed-child))
(defflow leaving (child asking 'on-cancel 'leave))
(define leaving-id (started leaving 6))
(define left-child (open-child))
(flow/cancel leaving-id "enough")
(test-equal "unless it is to be left" 'suspended (flow/status left-child))
(define sad-id (started family 7))
(flow/cancel (open-child) "no more")
(test-equal "a cancelled child is an error of its parent" 'failed (flow/status sad-id))
(test-equal "outside a flow a child is called" 6 ((child twice) 3))

;; ---- several flows at once

(define (run-many n)
  (let ((tasks '()))
    (do ((i 0 (+ i 1))) ((= i n))
      (set! tasks (cons (task-spawn (lambda () (flow/start five-steps i))) tasks)))
    (map task-join (reverse tasks))))
(defflow five-steps
  (lambda (n)
    (let loop ((i 0) (sum 0))
      (if (= i 5) sum (loop (+ i 1) (+ sum (step 'add (lambda () n))))))))
(test-equal "flows that commit together do not disturb each other" '(0 5 10 15 20 25)
  (in-virtual-time (run-many 6)))
(defflow refused-among-others (lambda (x) (step 'a (lambda () 1)) (if (odd? x) car (suspend 'w))))
(test-equal "an error of one is not one of the others" '(suspended flow-error suspended)
  (in-virtual-time
   (map (lambda (task)
          (guard (e (#t (condition-kind e)))
            (if (flow-suspended? (task-join task)) 'suspended 'ended)))
        (map (lambda (n) (task-spawn (lambda () (flow/start refused-among-others n))))
             '(0 1 2)))))

(test-end "flow operations")

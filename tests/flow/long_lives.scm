;; Flows that live long: steps in doubt that ask, rounds that begin anew, updates,
;; progress of long steps.
(import (scheme base) (scheme cxr) (srfi 64) (fermata flow) (fermata sched)
        (only (fermata condition) condition-kind condition-message))

(use-flow-store! "memory:")
(define-syntax in-virtual-time
  (syntax-rules ()
    ((_ body ...)
     (let* ((s (make-scheduler 'clock 'virtual 'on-error 'keep))
            (task (task-spawn s (lambda () body ...))))
       (scheduler-run s)
       (if (eq? (task-status task) 'finished)
           (task-result task)
           (raise (task-result task)))))))
(define log '())
(define (note! what) (set! log (cons what log)) what)
(define (take-log!)
  (let ((taken (reverse log)))
    (set! log '())
    taken))
(define-syntax raised-message
  (syntax-rules ()
    ((_ body ...) (guard (e ((error-object? e) (error-object-message e))) body ...))))
(define (started flow input) (flow-suspended-id (flow/start flow input)))

(test-begin "long lives")

;; ---- steps in doubt

(define charges 0)
(defflow paying
  (lambda (x)
    (let ((result (step 'charge (lambda () (set! charges (+ charges 1)) (list 'charged charges))
                        'in-doubt 'ask)))
      (list result (suspend 'packed)))))
;; A copy that stops where the process would have died: after the step's intent.
(define (doubtful-copy)
  (let ((id (flow/fork (started paying 0) 3)))
    (set! charges 0)
    (flow/recover id)
    id))
(define doubt-id (doubtful-copy))
(test-equal "a step in doubt waits for somebody" '(suspended (charge) 0)
  (list (flow/status doubt-id) (flow/waiting doubt-id) charges))
(flow-evict!)
(flow/recover doubt-id)
(test-equal "also when it is rebuilt" '(suspended (charge) 0)
  (list (flow/status doubt-id) (flow/waiting doubt-id) charges))
(test-equal "an answer that is none"
  (string-append "the step charge of " (symbol->string doubt-id) " is in doubt; the answer must"
                 " be retry, fail, (fail WHY) or (result VALUE), got perhaps")
  (raised-message (flow/resume doubt-id 'perhaps)))
(flow/resume doubt-id 'charge '(result (charged elsewhere)))
(flow-evict!)
(test-equal "its result can be told" '(((charged elsewhere) now) 0)
  (list (flow/resume doubt-id 'packed 'now) charges))
(define retry-id (doubtful-copy))
(flow/resume retry-id 'retry)
(flow-evict!)
(test-equal "it can run again" '(((charged 1) now) 1)
  (list (flow/resume retry-id 'packed 'now) charges))
(define again-id (doubtful-copy))
(flow/resume again-id 'retry)
(define again-copy (flow/fork again-id 5))   ; died once more
(flow/recover again-copy)
(test-equal "and be in doubt again" '(charge) (flow/waiting again-copy))
(test-equal "it can fail" "\"lost\""
  (raised-message (flow/resume again-copy '(fail "lost"))))
(test-equal "without a reason too" "step charge was in doubt, and has failed"
  (raised-message (flow/resume (doubtful-copy) 'fail)))

;; ---- beginning anew

(defflow counting
  (lambda (n)
    (step 'note (lambda () (note! n)))
    (if (< n 3) (continue-as-new (+ n 1)) (list 'done n (suspend 'last)))))
(define counting-id (started counting 0))
(test-equal "a flow begins anew until it is done" '(0 1 2 3) (take-log!))
(flow-evict!)
(test-equal "rebuilt, only its last round runs" '((done 3 yes) ())
  (let ((result (flow/resume counting-id 'yes))) (list result (take-log!))))

(defflow keeping
  (lambda (round)
    (if (= round 0)
        (begin (flow-attribute! 'color 'red)
               (suspend 'go)
               (continue-as-new 1))
        (list (await-signal 'early) (await-signal 'early) (await-signal 'late)))))
(define keeping-id (started keeping 0))
(flow/signal keeping-id 'early 1)
(flow/signal keeping-id 'early 2)
(flow-evict!)
(flow/resume keeping-id #t)
(test-equal "signals that nobody received go along" '(late) (flow/waiting keeping-id))
(test-equal "so do attributes" '((color . red)) (flow/attributes keeping-id))
(flow-evict!)
(flow/signal keeping-id 'late 3)
(test-equal "in their order" '(1 2 3) (flow/result keeping-id))

;; Live this time: what was recorded since it began here is in the store alone.
(define colored-id (started keeping 0))
(flow/resume colored-id #t)
(test-equal "also to another store" '((color . red))
  (let ((elsewhere (open-flow-store "memory:")) (texts (flow-store-export colored-id)))
    (parameterize ((current-flow-store elsewhere))
      (flow-store-import! texts)
      (flow/attributes colored-id))))

(defflow left (lambda (n)
                (dynamic-wind (lambda () #t)
                              (lambda () (if (= n 0) (continue-as-new 1) n))
                              (lambda () (note! 'left)))))
(test-equal "what it is inside of is left" '(1 (left left))
  (let ((result (flow/start left 0))) (list result (take-log!))))
(test-equal "not from a branch"
  "continue-as-new: only the flow itself may begin anew, not a branch or task of it"
  (begin
    (defflow from-branch (parallel (lambda (x) (continue-as-new 1))))
    (raised-message (flow/start from-branch 0))))
(test-equal "not from a saga that has something to undo"
  "continue-as-new: the saga around it would forget what it is to undo; end the saga first"
  (begin
    (defflow from-saga (saga (lambda (x)
                               (step 'a (lambda () 1) 'undo (lambda (x) #t))
                               (continue-as-new 1))))
    (raised-message (flow/start from-saga 0))))
(test-equal "only in a flow" "continue-as-new: only a flow can begin anew"
  (raised-message (continue-as-new 1)))

;; ---- updates

(define (positive-amount amount)
  (if (not (number? amount)) (error "no number" amount))
  (> amount 0))
(defflow account
  (lambda (start)
    (let ((balance start))
      (define-query 'balance (lambda () balance))
      (define-update 'deposit
        (lambda (amount)
          (step 'book (lambda () (note! amount)))
          (set! balance (+ balance amount))
          balance)
        positive-amount)
      (define-update 'audit (lambda (who) (list who (suspend 'papers) balance)))
      (define-update 'break (lambda (x) (error "broken" x)))
      (await-signal 'close)
      balance)))
(define account-id (started account 10))
(test-equal "an update answers" 15 (flow/update account-id 'deposit 5))
(test-equal "and changes the flow" 15 (flow/query account-id 'balance))
(test-equal "what is refused by its check" "the update deposit was refused: -1"
  (raised-message (flow/update account-id 'deposit -1)))
(test-equal "or raises in it" "no number" (raised-message (flow/update account-id 'deposit 'x)))
(test-equal "leaves the flow as it was" 15 (flow/query account-id 'balance))
(test-equal "an unknown update" (string-append (symbol->string account-id) " takes no update rob")
  (raised-message (flow/update account-id 'rob 1)))
(test-equal "what the handler raises is raised where it was asked" "broken"
  (raised-message (flow/update account-id 'break 1)))
(test-equal "a request with a key is done once" '(18 18)
  (let* ((a (flow/update account-id 'deposit 3 "k")) (b (flow/update account-id 'deposit 3 "k")))
    (list a b)))
(flow-evict!)
(test-equal "rebuilt, its state is there" 18 (flow/query account-id 'balance))
(test-equal "and it goes on answering" 20 (flow/update account-id 'deposit 2))
(test-equal "each was booked once" '(5 3 2) (take-log!))
(test-equal "an answer that has to wait" `(flow-updating ,account-id "a1")
  (flow/update account-id 'audit 'me "a1"))
(flow-evict!)
(flow/resume account-id 'papers 'in-order)
(test-equal "comes later" '(me in-order 20) (flow/update account-id 'audit 'me "a1"))
(flow/signal account-id 'close #t)
(test-equal "the flow ends" 20 (flow/result account-id))
(test-equal "an old request is still answered" 18 (flow/update account-id 'deposit 3 "k"))
(test-equal "a new one is not" (string-append (symbol->string account-id)
                                              " is finished; it cannot be resumed")
  (raised-message (flow/update account-id 'deposit 3)))

(defflow server
  (lambda (x)
    (let ((stop #f) (queue (make-waitq 'requests)))
      (define-update 'stop (lambda (x) (waitq-give! queue x) 'stopping))
      (waitq-park! queue))))
(define server-id (started server 0))
(test-equal "a flow may wait for updates alone" 'stop (flow-suspended-tag (flow/result server-id)))
(flow-evict!)
(test-equal "which let it go on" '(stopping 7)
  (let ((answer (flow/update server-id 'stop 7))) (list answer (flow/result server-id))))

;; ---- long steps

(define attempts '())
(defflow copying
  (lambda (files)
    (step 'copy
          (lambda ()
            (let ((from (last-heartbeat 0)))
              (set! attempts (cons from attempts))
              (heartbeat (+ from 2))
              (if (< from 4) (error "broken off") 'copied)))
          'retries 5)))
(test-equal "a step that runs again knows how far it was" '(copied (0 2 4))
  (let ((result (flow/start copying 0))) (list result (reverse attempts))))
(test-equal "a step that tells nothing for too long" "flow-timeout: the step stuck told nothing for 5 seconds"
  (in-virtual-time
   (defflow silent (lambda (x) (step 'stuck (lambda () (task-sleep 60)) 'heartbeat 5)))
   (raised-message (flow/start silent 0))))
(test-equal "one that does may take long" 'fine
  (in-virtual-time
   (defflow talkative
     (lambda (x)
       (step 'slow
             (lambda ()
               (let loop ((n 0))
                 (if (< n 10) (begin (task-sleep 4) (heartbeat n) (loop (+ n 1))) 'fine)))
             'heartbeat 5)))
   (flow/start talkative 0)))
(test-equal "a step with a timeout" "flow-timeout: the step slow took longer than 5 seconds"
  (in-virtual-time
   (defflow too-slow (lambda (x) (step 'slow (lambda () (task-sleep 60)) 'timeout 5)))
   (raised-message (flow/start too-slow 0))))
(test-equal "is tried again" '(fine 2)
  (in-virtual-time
   (let ((runs 0))
     (defflow second-time
       (lambda (x)
         (step 'slow (lambda () (set! runs (+ runs 1)) (if (= runs 1) (task-sleep 60)) 'fine)
               'timeout 5 'retries 1)))
     (let ((result (flow/start second-time 0))) (list result runs)))))
(test-equal "outside of flows a heartbeat is nothing" '(#t none)
  (begin (heartbeat 1) (list (eq? (last-heartbeat) #f) (last-heartbeat 'none))))
(test-equal "policies for doubt are checked when the step begins"
  "step: the option in-doubt must be retry, fail, ask or a procedure, got maybe"
  (raised-message (step 'x (lambda () 1) 'in-doubt 'maybe)))

(test-end "long lives")

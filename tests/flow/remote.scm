;; Nodes on other peers, all of them in this process and in virtual time: calls,
;; refusals, waiting there and here, failover, and what a bad network may do.
(import (scheme base) (scheme cxr) (srfi 64) (fermata flow) (fermata sched)
        (only (fermata condition) condition-kind))

(include "data/virtual_time.scm")
(define (kind-of thunk)
  (guard (e ((error-object? e) (condition-kind e))) (thunk)))


(define-remote-node (double n) (step 'double (lambda () (note! n) (* 2 n))))
(define-remote-node (fails n) (error "no such thing" n))
(define-remote-node (asks n) (list n (suspend 'human)))
(define-remote-node (naps n) (flow-sleep 60) (step 'awake (lambda () (note! 'awake) (+ n 1))))
(define-remote-node hidden (lambda (n) n))
(define-remote-node (swells size) (make-string size #\a))
(defflow local-only (lambda (n) n))

(define here (open-flow-store "memory:"))
(define there (open-flow-store "memory:"))
(use-flow-store! here)
(flow-peer-register! 'b 'store there 'nodes '(double fails asks naps swells))

;; Runs what is due in both stores for so many seconds of virtual time.
(define (work-for seconds)
  (let loop ((end (+ (clock-now) seconds)))
    (if (< (clock-now) end)
        (begin
          (flow/work 'once #t)
          (parameterize ((current-flow-store there)) (flow/work 'once #t))
          (task-sleep 1)
          (loop end)))))

(test-begin "remote nodes")

(defflow doubled (sequence (remote-node 'b 'double) (lambda (n) (+ n 1))))
(test-equal "a call gives what the node returned" 43 (flow/start doubled 21 'id 'd1))
(test-equal "it ran there, once, as a flow of its own" '((21) 42)
  (list (take-log!)
        (parameterize ((current-flow-store there))
          (flow/result (caar (flow/list 'name 'double))))))
(test-equal "outside of flows it is a procedure" 10 ((remote-node 'b 'double) 5))
(take-log!)

(define (kind-when node)
  (kind-of (lambda () (node 1))))
(test-equal "what a node raised is raised here" "no such thing"
  (guard (e ((error-object? e) (error-object-message e))) ((remote-node 'b 'fails) 1)))
(test-equal "a peer that is not there" 'flow-remote-unreachable
  (kind-when (remote-node 'nowhere 'double)))
(test-equal "a node that is not there" 'flow-remote-no-fn (kind-when (remote-node 'b 'nothing)))
(test-equal "one that it does not offer" 'flow-remote-no-fn (kind-when (remote-node 'b 'hidden)))
(test-equal "a flow is no remote node" 'flow-remote-no-fn
  (kind-when (remote-node 'b 'local-only)))
(flow-peer-register! 'shut 'callers '())
(test-equal "a peer that lets nobody call" 'flow-remote-denied
  (kind-when (remote-node 'shut 'double)))
(test-equal "an answer that is larger than a message may be"
  '(flow-remote-denied "swells on b is refused: answer-too-large")
  (guard (e (#t (list (condition-kind e) (error-object-message e))))
    ((remote-node 'b 'swells) 9000000)))

(defflow caught
  (try-catch (remote-node 'nowhere 'double) (lambda (e) (list 'caught (condition-kind e)))))
(test-equal "try-catch sees it" '(caught flow-remote-unreachable) (flow/start caught 1))
(test-assert "flow-remote-error? tells them"
  (guard (e (#t (flow-remote-error? e))) ((remote-node 'nowhere 'double) 1)))

;; ---- failing over, trying again

(define alive #f)
(flow-peer-register! 'flaky 'store (open-flow-store "memory:") 'nodes '(double)
                     'transport (lambda (bytes deliver) (if alive (deliver bytes) 'unreachable)))
(defflow with-failover
  (remote-failover '(flaky b) 'double (lambda (n) 'local)))
(defflow local-at-last
  (remote-failover '(flaky nowhere) 'double (lambda (n) (list 'local n))))
(test-equal "the next peer is asked" 8 (flow/start with-failover 4))
(test-equal "the local node at last" '(local 4) (flow/start local-at-last 4))
(defflow tried-again (retry 3 (remote-node 'flaky 'double) 'delay 60))
(test-equal "retry calls again" '(10 60)
  (in-virtual-time
   (task-spawn (lambda () (task-sleep 59) (set! alive #t)))
   (parameterize ((flow-patience 100))
     (let* ((began (clock-now)) (value (flow/start tried-again 5)))
       (list value (exact (floor (- (clock-now) began))))))))
(take-log!)

;; ---- waiting there

(defflow asked (sequence (remote-node 'b 'asks) (lambda (l) (cons 'got l))))
(test-equal "the flow waits while the node waits there" '(flow-suspended w1 asks)
  (flow/start asked 1 'id 'w1))
(define (remote-flow name)
  (parameterize ((current-flow-store there))
    (caar (flow/list 'name name 'status 'suspended))))
(parameterize ((current-flow-store there)) (flow/resume (remote-flow 'asks) "yes"))
(test-equal "the end there lets it go on here" '(got 1 "yes") (flow/result 'w1))

(flow/start asked 2 'id 'w2)
(flow-evict!)
(parameterize ((current-flow-store there)) (flow/resume (remote-flow 'asks) "rebuilt"))
(test-equal "also when it has to be rebuilt" '(got 2 "rebuilt") (flow/result 'w2))
;; A flow that is rebuilt with the end in its inbox has nothing to ask.
(define sent 0)
(define counting (open-flow-store "memory:"))
(flow-peer-register! 'counting 'store counting
                     'transport (lambda (bytes deliver) (set! sent (+ sent 1)) (deliver bytes)))
(defflow asked-once
  (sequence (remote-node 'counting 'asks) (lambda (l) (step 'after (lambda () l)))))
(flow/start asked-once 8 'id 'w8)
(flow-evict!)
(parameterize ((current-flow-store counting))
  (flow/resume (caar (flow/list 'name 'asks)) "once"))
(test-equal "then the peer is not asked again" '((8 "once") 1) (list (flow/result 'w8) sent))
(defflow asked-before (sequence (remote-node 'counting 'double) (lambda (n) (list n (suspend 'it)))))
(flow/start asked-before 4 'id 'w9)
(flow-evict!)
(test-equal "nor for an end that is in the history" '((8 yes) 2)
  (list (flow/resume 'w9 'yes) sent))
(take-log!)

(flow/start asked 3 'id 'w3)
(flow/resume 'w3 '(3 by hand))
(test-equal "a person may answer instead" '(got 3 by hand) (flow/result 'w3))
(parameterize ((current-flow-store there)) (flow/resume (remote-flow 'asks) "late"))
(test-equal "then its end changes nothing" '(got 3 by hand) (flow/result 'w3))

(defflow cancels-there (remote-node 'b 'asks))
(flow/start cancels-there 4 'id 'w4)
(parameterize ((current-flow-store there)) (flow/cancel (remote-flow 'asks)))
(test-equal "a node that is cancelled there raises here" 'failed (flow/status 'w4))

(defflow naps-there (remote-node 'b 'naps))
(test-equal "a node may sleep there" '(8 (awake))
  (in-virtual-time
   (flow/start naps-there 7 'id 'n1)
   (work-for 70)
   (list (flow/result 'n1) (take-log!))))

(defflow impatient (try-catch (remote-node 'b 'asks 'timeout 30) condition-kind))
(test-equal "a limit of time" 'flow-remote-timeout
  (in-virtual-time
   (flow/start impatient 5 'id 'i1)
   (work-for 40)
   (flow/result 'i1)))
(test-equal "a call that was given up is not asked about for ever" '()
  (in-virtual-time
   (work-for 200)
   (flow/waiting 'i1)))

;; ---- a call that nobody waits for any more

(define (states-there name)
  (parameterize ((current-flow-store there))
    (map (lambda (flow) (list-ref flow 2)) (flow/list 'name name))))
(define-remote-node (clerk n) (list n (suspend 'clerk)))
(define-remote-node (lawyer n) (list n (suspend 'lawyer)))
(flow-peer-register! 'c 'store there)
(defflow of-clerk (remote-node 'c 'clerk))
(defflow of-lawyer (try-catch (remote-node 'c 'lawyer 'timeout 30 'on-timeout 'cancel)
                              condition-kind))
(define-remote-node (notary n) (list n (suspend 'notary)))
(defflow either (race (remote-node 'c 'notary) (lambda (n) (flow-sleep 5) 'enough)))
(test-equal "when the flow is cancelled, so is the node" '(cancelled (suspended) (cancelled))
  (in-virtual-time
   (flow/start of-clerk 1 'id 'k1)
   (work-for 3)
   (let* ((before (states-there 'clerk)) (answer (flow/cancel 'k1)))
     (work-for 20)
     (list answer before (states-there 'clerk)))))
(test-equal "after a limit of time when that is wanted" '(flow-remote-timeout (cancelled))
  (in-virtual-time
   (flow/start of-lawyer 1 'id 'k2)
   (work-for 100)
   (list (flow/result 'k2) (states-there 'lawyer))))
(test-equal "and when another branch was faster" '(enough (cancelled))
  (in-virtual-time
   (flow/start either 1 'id 'k3)
   (work-for 60)
   (list (flow/result 'k3) (states-there 'notary))))
(test-equal "not when a person answered instead" '(by-hand (cancelled suspended))
  (in-virtual-time
   (flow/start of-clerk 1 'id 'k4)
   (flow/resume 'k4 'by-hand)
   (work-for 60)
   (list (flow/result 'k4) (reverse (states-there 'clerk)))))

;; ---- a bad network

(define random-state 1)
(define (random-below n)
  (set! random-state (modulo (+ (* random-state 1103515245) 12345) 2147483648))
  (modulo (quotient random-state 65536) n))
(define lost 0)
;; A fifth is lost on the way there, or back; a fifth comes twice.
(define (bad bytes deliver)
  (define (lossy thunk) (if (< (random-below 100) 20) (begin (set! lost (+ lost 1)) 'lost) (thunk)))
  (lossy (lambda ()
           (if (< (random-below 100) 20) (deliver bytes))
           (let ((answer (deliver bytes)))
             (lossy (lambda () answer))))))
(define far (open-flow-store "memory:"))
(flow-peer-register! 'far 'store far 'nodes '(double) 'transport bad)
(defflow many
  (map-flow (remote-node 'far 'double)))
(take-log!)
(test-equal "nothing is lost and nothing done twice"
  '(#t #t #t)
  (in-virtual-time
   (let ((numbers (let loop ((i 99) (l '())) (if (< i 0) l (loop (- i 1) (cons i l))))))
     (flow/start many numbers 'id 'many)
     (work-for 600)
     (let ((done (take-log!)))
       (list (equal? (flow/result 'many) (map (lambda (n) (* 2 n)) numbers))
             (= (length done) 100)
             (> lost 20))))))

;; ---- checks

(test-equal "a flow that calls is checked like any other" '() (flow-check 'doubled '(1 2)))

;; ---- what is checked at once

(test-equal "the file of peers has a name"
  "flow-peers!: argument 1 must be a string, the name of a file, got 5"
  (message-of (lambda () (flow-peers! 5))))
(test-equal "a host has a name"
  "flow-serve!: argument 1 must be a string, the name of a host, got 5"
  (message-of (lambda () (flow-serve! 5 80))))
(test-equal "a port has a number"
  "flow-serve!: argument 2 must be the number of a port, got \"80\""
  (message-of (lambda () (flow-serve! "127.0.0.1" "80"))))

(test-end)

;; Flows that are delegated to a peer of this process, in virtual time: where they go on, what is
;; sent on to them, how their end comes back, who refuses them.
(import (scheme base) (srfi 64) (fermata flow) (fermata sched)
        (only (fermata condition) condition-kind) (only (srfi 170) set-environment-variable!)
        (only (fermata flow guests) guests))

(include "data/virtual_time.scm")

(include "data/two_places.scm")

;; How many items a store keeps about a flow of another.
(define (guests-of store id)
  (let loop ((ids (guests store)) (found 0))
    (if (null? ids) found (loop (cdr ids) (if (eq? (car ids) id) (+ found 1) found)))))
(define (unless-missing thunk) (guard (e ((error-object? e) #f)) (thunk)))
(flow-peer-register! 'here 'store here)
(flow-peer-register! 'there 'store there 'transport wire)

;; Runs what is due in both stores for so many seconds of virtual time.
(define (work-for seconds)
  (let loop ((end (+ (clock-now) seconds)))
    (if (< (clock-now) end)
        (begin
          (flow/work 'once #t)
          (at there (flow/work 'once #t))
          (task-sleep 1)
          (loop end)))))

(defflow twice-asked
  (lambda (n)
    (step 'first (lambda () (note! (list 'first n))))
    (let* ((one (suspend 'one)) (two (suspend 'two)))
      (step 'last (lambda () (note! (list 'last one two))))
      (list n one two))))
(defflow signalled (lambda (n) (list n (await-signal 'go) (await-signal 'go))))
(defflow napping (lambda (n) (flow-sleep 60) (step 'awake (lambda () (note! 'awake))) n))
(define-remote-node (asks n) (list n (suspend 'human)))
(defflow calls (remote-node 'there 'asks))
(defflow has-child (child 'twice-asked))
(defflow little (lambda (n) (step 'little (lambda () (note! (list 'little n))))))
(defflow had-child (lambda (n) ((child 'little) n) (list n (suspend 'it))))
(defflow failing (lambda (n) (suspend 'now) (error "no such luck" n)))

(test-begin "delegation")

;; What each act of a scene gave.
(define-syntax scene
  (syntax-rules () ((_ act ...) (in-virtual-time (let* ((acts '()) (acts (cons act acts)) ...)
                                                   (reverse acts))))))

(test-equal "a flow goes on at a peer, and its end comes back"
  '((flow-suspended d1 one)
    delegated                        ; the peer has it
    (delegated (flow-delegated d1 there))
    (suspended (one) ((first 7)))    ; there it waits, and did nothing again
    (flow-delivered d1)              ; an answer given here is sent on
    (two)
    "d1 is delegated to there; ask there"
    (7 yes no)
    ((7 yes no) ((last yes no))))
  (scene
   (flow/start twice-asked 7 'id 'd1)
   (flow/delegate 'd1 'there)
   (list (flow/status 'd1) (flow/result 'd1))
   (begin (work-for 2)
          (at there (list (flow/status 'd1) (flow/waiting 'd1) (take-log!))))
   (flow/resume 'd1 'yes)
   (begin (work-for 5) (at there (flow/waiting 'd1)))
   (message-of (lambda () (flow/resume 'd1 'two 'no)))
   (at there (flow/resume 'd1 'no))
   (begin (work-for 5) (list (flow/result 'd1) (take-log!)))))

(test-equal "signals before and after" '(1 before after)
  (in-virtual-time
   (flow/start signalled 1 'id 's1)
   (flow/signal 's1 'go 'before)
   (flow/delegate 's1 'there)
   (flow/signal 's1 'go 'after "key")
   (flow/signal 's1 'go 'after "key")
   (work-for 5)
   (flow/result 's1)))

(test-equal "a cancellation is sent on" '(cancelling cancelled cancelled)
  (in-virtual-time
   (flow/start signalled 1 'id 's2)
   (flow/delegate 's2 'there)
   (let ((answer (flow/cancel 's2)))
     (work-for 5)
     (list answer (flow/status 's2) (at there (flow/status 's2))))))

(test-equal "an error there is one here" "no such luck"
  (in-virtual-time
   (flow/start failing 1 'id 'f1)
   (flow/delegate 'f1 'there)
   (flow/resume 'f1 'go)
   (work-for 5)
   (message-of (lambda () (flow/result 'f1)))))

(test-equal "a flow around it gets its end" '(finished (3 a b))
  (in-virtual-time
   (flow/start has-child 3 'id 'p1)
   (let ((id (caar (flow/list 'name 'twice-asked 'status 'suspended))))
     (flow/delegate id 'there)
     (flow/resume id 'a)
     (work-for 3)
     (at there (flow/resume id 'b))
     (work-for 5)
     (list (flow/status 'p1) (flow/result 'p1)))))
(take-log!)

(test-equal "a child that has ended is not begun again there" '((4 yes) ((little 4)) ())
  (in-virtual-time
   (flow/start had-child 4 'id 'h1)
   (flow/delegate 'h1 'there)
   (work-for 5)
   (flow/resume 'h1 'yes)
   (work-for 5)
   (list (flow/result 'h1) (take-log!) (at there (flow/list 'name 'little)))))

(test-equal "its timer goes there too" '(5 (awake))
  (in-virtual-time
   (flow/start napping 5 'id 'n1)
   (flow/delegate 'n1 'there)
   (work-for 130)
   (list (flow/result 'n1) (take-log!))))

(test-equal "it is shipped when the peer is there again" '(delegating delegated suspended)
  (in-virtual-time
   (set! up? #f)
   (flow/start twice-asked 8 'id 'd2)
   (let ((answer (flow/delegate 'd2 'there)))
     (work-for 100)
     (set! up? #t)
     (work-for 70)
     (list answer (flow/status 'd2) (at there (flow/status 'd2))))))
(take-log!)

(test-equal "nobody here runs it" "d2 is delegated to there; ask there"
  (message-of (lambda () (flow/recover 'd2))))
(test-equal "nor asks it" '("d2 is delegated to there; ask there" "d2 is delegated to there; ask there")
  (list (message-of (lambda () (flow/update 'd2 'u 1)))
        (message-of (lambda () (flow/query 'd2 'q)))))

;; ---- and back again

(test-equal "it may come back" '(delegated delegated suspended (8 x y) (8 x y))
  (in-virtual-time
   (let* ((went (at there (flow/delegate 'd2 'here)))
          (state (at there (flow/status 'd2))))
     (work-for 2)
     (let ((back (flow/status 'd2)))
       (flow/resume 'd2 'x)
       (let ((value (flow/resume 'd2 'y)))
         (work-for 70)
         (list went state back value (at there (flow/result 'd2))))))))
(take-log!)

;; ---- refusals

(flow-peer-register! 'shut 'delegators '())
(test-equal "a peer that does not take it" "shut does not take d3: not-allowed"
  (in-virtual-time
   (flow/start twice-asked 9 'id 'd3)
   (message-of (lambda () (flow/delegate 'd3 'shut)))))
(test-equal "then it is ours as before" '(9 p q)
  (begin (flow/resume 'd3 'p) (flow/resume 'd3 'q)))
(test-equal "nobody is called so" "no peer is called nobody"
  (begin (flow/start twice-asked 1 'id 'd4) (message-of (lambda () (flow/delegate 'd4 'nobody)))))
(flow/start calls 5 'id 'c1)
(test-equal "one that waits for a peer stays"
  "c1 waits for the end of asks, which would not find it at there"
  (message-of (lambda () (flow/delegate 'c1 'there))))
(at there (flow/start twice-asked 1 'id 'd5))
(flow/start twice-asked 2 'id 'd5)
(test-equal "the peer has another of that id" "there does not take d5: not-taken"
  (message-of (lambda () (flow/delegate 'd5 'there))))
(test-equal "both go on" '((1 a b) (2 c d))
  (list (at there (flow/resume 'd5 'a) (flow/resume 'd5 'b))
        (begin (flow/resume 'd5 'c) (flow/resume 'd5 'd))))

;; ---- taken back without the peer's leave

(flow-peer-register! 'here 'store here
                     'transport (lambda (bytes deliver) (if up? (deliver bytes) 'unreachable)))
(define stray '())   ; what was sent and has not arrived
(define (losing bytes deliver)
  (set! stray (cons (lambda () (deliver bytes)) stray))
  'lost)
(define elsewhere (open-flow-store "memory:"))
(flow-peer-register! 'elsewhere 'store elsewhere
                     'transport (lambda (bytes deliver) (if up? (deliver bytes) (losing bytes deliver))))
(define (work-both seconds)
  (do ((i 0 (+ i 1))) ((= i seconds))
    (flow/work 'once #t)
    (at elsewhere (flow/work 'once #t))
    (task-sleep 1)))
(take-log!)
(test-equal "a flow in doubt is taken back, and what was sent can do nothing any more"
  '(delegating delegated elsewhere suspended (one two) (refused #f) (5 one two))
  (scene
   (begin (set! up? #f) (flow/start twice-asked 5 'id 'r1) (flow/delegate 'r1 'elsewhere))
   (flow/status 'r1)
   (flow/recall 'r1)
   (begin (work-both 1) (flow/status 'r1))
   (begin (flow/resume 'r1 'one)
          (list 'one (car (flow/waiting 'r1))))
   (begin (set! up? #t)
          (work-both 20)               ; the peer hears that it was taken back
          (for-each (lambda (deliver) (deliver)) (reverse stray))
          (set! stray '())
          (work-both 5)
          (list 'refused (at elsewhere (unless-missing (lambda () (flow/status 'r1))))))
   (flow/resume 'r1 'two)))
(test-equal "a peer that went on with it stops when it hears of it"
  '(delegated (suspended (two)) elsewhere (suspended (one)) (delegated suspended) (6 c d) finished)
  (scene
   (begin (flow/start twice-asked 6 'id 'r2) (flow/delegate 'r2 'elsewhere))
   (begin (work-both 2) (at elsewhere (flow/resume 'r2 'a))
          (at elsewhere (list (flow/status 'r2) (flow/waiting 'r2))))
   (begin (set! up? #f) (flow/recall 'r2))
   (begin (work-both 2) (list (flow/status 'r2) (flow/waiting 'r2)))
   (begin (set! up? #t) (work-both 30)
          (list (at elsewhere (flow/status 'r2)) (flow/status 'r2)))
   (begin (flow/resume 'r2 'c) (flow/resume 'r2 'd))
   (begin (work-both 70) (at elsewhere (flow/status 'r2)))))
(test-equal "one that is here is not taken back" "r2 is finished, not delegated"
  (message-of (lambda () (flow/recall 'r2))))
(take-log!)

;; ---- what is kept of guests

(test-equal "what is kept of a guest goes with it" '(1 1 0)
  (scene
   (begin (flow/start signalled 1 'id 'g1)
          (flow/delegate 'g1 'elsewhere)
          (flow/signal 'g1 'go 1) (flow/signal 'g1 'go 2)
          (work-both 5)
          (guests-of elsewhere 'g1))
   (begin (at elsewhere (flow/purge 1)) (guests-of elsewhere 'g1))
   (begin (task-sleep 90000) (at elsewhere (flow/purge 1)) (guests-of elsewhere 'g1))))

;; ---- what does not replay

(define which 'one)
(defflow varies (lambda (n) (step which (lambda () n)) (list n (await-signal 'go))))
(test-equal "a flow that comes back and does not replay stays there, and loses nothing that waits for it here"
  '("here does not take v1: does-not-replay" delegated (1 letter))
  (scene
   (begin (set! which 'one) (flow/start varies 1 'id 'v1) (flow/delegate 'v1 'elsewhere)
          (work-both 2)
          (set! up? #f) (flow/signal 'v1 'go 'letter)   ; which waits here
          (set! up? #t) (set! which 'two)
          (at elsewhere (message-of (lambda () (flow/delegate 'v1 'here)))))
   (flow/status 'v1)
   (begin (set! which 'one) (work-both 90) (flow/result 'v1))))

;; ---- what is too large

(defflow swelling (lambda (size) (suspend 'now) (make-string size #\a)))
(test-equal "an end that is larger than a message is told of as that"
  '(finished (failed "its end, at elsewhere, is larger than a message between peers may be"))
  (scene
   (begin (flow/start swelling 9000000 'id 'l1) (flow/delegate 'l1 'elsewhere)
          (flow/resume 'l1 'go) (work-both 90)
          (at elsewhere (flow/status 'l1)))
   (list (flow/status 'l1) (message-of (lambda () (flow/result 'l1))))))

;; ---- secrets

(set-environment-variable! "FERMATA_KEY" (make-string 64 #\5))
(test-equal "a secret is not sent to a flow whose peer could not read it"
  '("k1 is at elsewhere, which cannot read a secret of this computer"
    "k1 is at elsewhere, which cannot read a secret of this computer"
    (1 plain "letter"))
  (scene
   (begin (flow/start signalled 1 'id 'k1) (flow/delegate 'k1 'elsewhere)
          (message-of (lambda () (flow/signal 'k1 'go (list (secret 'word))))))
   (begin (flow/signal 'k1 'go 'plain) (work-both 3)
          (message-of (lambda () (flow/signal 'k1 'go (vector (secret 'word))))))
   (begin (flow/signal 'k1 'go "letter") (work-both 90) (flow/result 'k1))))

;; Calls thunk as a process that has another key.
(define key #\5)
(define (use-key! digit)
  (set! key digit)
  (set-environment-variable! "FERMATA_KEY" (make-string 64 digit)))
(define (with-key digit thunk)
  (let ((before key))
    (use-key! digit)
    (let ((value (thunk)))
      (use-key! before)
      value)))
(define foreign (open-flow-store "memory:"))
(define (as-who-has digit)
  (lambda (bytes deliver) (with-key digit (lambda () (deliver bytes)))))
(flow-peer-register! 'foreign 'store foreign 'transport (as-who-has #\6))
(flow-peer-register! 'here 'store here 'transport (as-who-has #\5))

(test-equal "a flow whose history has a secret is refused by who could not read it"
  '("foreign does not take k2: secret-of-another" suspended delegated)
  (scene
   (begin (flow/start signalled 1 'id 'k2) (flow/signal 'k2 'go (list (secret 'word)))
          (message-of (lambda () (flow/delegate 'k2 'foreign))))
   (begin (work-both 1) (flow/status 'k2))
   (flow/delegate 'k2 'elsewhere)))                  ; which has the same key
(test-equal "so is one that comes back with a secret of where it was; its old place stays"
  '(delegated "here does not take k6: secret-of-another" delegated)
  (scene
   (begin (flow/start signalled 1 'id 'k6) (flow/delegate 'k6 'foreign))
   (with-key #\6
     (lambda ()
       (at foreign (flow/work 'once #t)
                   (flow/signal 'k6 'go (secret 'word))
                   (message-of (lambda () (flow/delegate 'k6 'here))))))
   (flow/status 'k6)))

(test-end)

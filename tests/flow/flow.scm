;; Durable flows from the inside: what the combinators do, what a replay repeats and what
;; it does not.  Kept in a memory store, so nothing here touches a file.
(import (scheme base) (scheme write) (srfi 64) (fermata flow)
        (only (fermata condition) condition-kind make-condition))

(use-flow-store! "memory:")

;; What ran, in order.
(define log '())
(define (note! what) (set! log (cons what log)))
(define (take-log!)
  (let ((taken (reverse log)))
    (set! log '())
    taken))

(define (message-of thunk)
  (guard (e ((error-object? e) (error-object-message e)))
    (thunk)))
(define (kind-of thunk)
  (guard (e (#t (condition-kind e)))
    (thunk)))

(test-begin "flow")

;; ---- nodes without waiting

(defflow doubling (sequence (lambda (x) (* x 2)) (lambda (x) (+ x 1))))
(test-equal "a sequence threads the output" 21 (flow/start doubling 10))
(test-equal "a flow is started by its name too" 21 (flow/start 'doubling 10))
(test-equal "a flow is a procedure" 21 (doubling 10))

(defflow (shorthand x) (step 'inc (lambda () (+ x 1))))
(test-equal "the short form of defflow" 6 (flow/start shorthand 5))

(defflow nested (sequence (sequence flow-id doubling) (sequence) (flow-const 'end)))
(test-equal "sequences nest, flows are nodes" 'end (flow/start nested 1))

(defflow choosing (branch even? (lambda (x) 'even) (lambda (x) 'odd)))
(test-equal "branch, then" 'even (flow/start choosing 2))
(test-equal "branch, else" 'odd (flow/start choosing 3))
(defflow half-choosing (branch even? (flow-const 'even)))
(test-equal "branch without else passes its input on" 3 (flow/start half-choosing 3))

(defflow joining (parallel (lambda (x) (+ x 1)) flow-id (lambda (x) (* x x))))
(test-equal "parallel joins to a list in order" '(4 3 9) (flow/start joining 3))
(defflow nothing-parallel (parallel))
(test-equal "parallel of nothing" '() (flow/start nothing-parallel 3))
(defflow squares (map-flow (lambda (x) (* x x))))
(test-equal "map-flow" '(1 4 9) (flow/start squares '(1 2 3)))

;; ---- failures

(define attempts 0)
(define (fails-twice x)
  (set! attempts (+ attempts 1))
  (if (< attempts 3) (error "not yet" attempts) (list 'done attempts)))
(defflow trying (retry 3 fails-twice))
(test-equal "retry runs a node again after an error" '(done 3) (flow/start trying 1))
(set! attempts 0)
(defflow trying-less (retry 2 fails-twice))
(test-equal "the last error is raised" "not yet"
  (message-of (lambda () (flow/start trying-less 1))))
(test-equal "and the flow has failed" 'failed
  (cadr (cdr (car (flow/list)))))

(defflow catching
  (try-catch (lambda (x) (error "broken" x))
             (lambda (e) (list (error-object-message e) (error-object-irritants e)))))
(test-equal "try-catch hands over what was raised" '("broken" (7)) (flow/start catching 7))
(defflow catching-any (try-catch (lambda (x) (raise (list 'odd x))) flow-id))
(test-equal "any object may be raised" '(odd 7) (flow/start catching-any 7))

(defflow failing (retry 3 (lambda (x) (note! 'ran) (fail 'because))))
(test-assert "a failure is a value" (failed? (flow/start failing 1)))
(test-equal "which retry lets pass" '(ran) (take-log!))
(test-equal "its reason" 'because (fail-reason (fail 'because)))
(test-equal "nothing else is one" #f (failed? '(flow-failure)))

;; ---- waiting

(define (write-draft x) (note! 'write) (string-append "draft of " x))
(define (publish x) (note! 'publish) (list 'published x))
(defflow simple
  (sequence write-draft (lambda (d) (list d (suspend 'review))) publish))

(define simple-1 (flow/start simple "tale"))
(test-assert "a flow that waits says so" (flow-suspended? simple-1))
(test-equal "for what" 'review (flow-suspended-tag simple-1))
(test-equal "its status" 'suspended (flow/status (flow-suspended-id simple-1)))
(test-equal "its result, so far" simple-1 (flow/result (flow-suspended-id simple-1)))
(test-equal "what it waits for" '(review) (flow/waiting (flow-suspended-id simple-1)))
(test-assert "it is among those to be resumed"
  (and (memq (flow-suspended-id simple-1) (flow-resumable-ids)) #t))
(test-equal "one node ran" '(write) (take-log!))
(test-equal "the answer is the value of suspend"
  '(published ("draft of tale" (approved . "good")))
  (flow/resume (flow-suspended-id simple-1) '(approved . "good")))
(test-equal "what had finished did not run again" '(publish) (take-log!))
(test-equal "now it has finished" 'finished (flow/status (flow-suspended-id simple-1)))
(test-equal "and keeps its result"
  '(published ("draft of tale" (approved . "good")))
  (flow/result (flow-suspended-id simple-1)))
(test-equal "a finished flow is not resumed" 'flow-error
  (kind-of (lambda () (flow/resume (flow-suspended-id simple-1) 1))))

(defflow adding-up
  (lambda (n)
    (let loop ((i 0) (sum 0))
      (if (= i n)
          sum
          (let ((x (suspend 'number)))
            (loop (+ i 1) (+ sum (step 'take (lambda () (note! x) x)))))))))
(define adding (flow-suspended-id (flow/start adding-up 3)))
(test-equal "the same tag in a loop" `(flow-suspended ,adding number) (flow/resume adding 5))
(test-equal "again" `(flow-suspended ,adding number) (flow/resume (symbol->string adding) 7))
(test-equal "until the end" 22 (flow/resume adding 10))
(test-equal "each step ran once" '(5 7 10) (take-log!))

;; ---- nodes that only print

(define (tell-procedure x)
  (display "")
  (lambda () x))
(defflow telling
  (sequence (lambda (x) (display "") x)
            (lambda (x) (display "") (suspend 'first))
            tell-procedure
            (lambda (thunk) (list (thunk) (suspend 'second)))))
(define telling-id (flow-suspended-id (flow/start telling 1)))
(flow-evict!)
(test-equal "a node may print and wait" `(flow-suspended ,telling-id second)
  (flow/resume telling-id 'a))
(flow-evict!)
(test-equal "and print and return what cannot be stored" '(a b) (flow/resume telling-id 'b))

;; ---- kept in memory

(defflow kept (lambda (x) (list x (suspend 'a) (suspend 'b))))
(define kept-ids
  (parameterize ((flow-live-limit 2))
    (map (lambda (n) (flow-suspended-id (flow/start kept n))) '(1 2 3 4 5))))
(test-equal "whether it is still in memory or not, a flow goes on" '((1 x y) (2 x y) (3 x y) (4 x y) (5 x y))
  (parameterize ((flow-live-limit 2))
    (for-each (lambda (id) (flow/resume id 'x)) kept-ids)
    (map (lambda (id) (flow/resume id 'y)) kept-ids)))

;; ---- several waits

(define (review draft) (suspend 'approval))
(define (legal draft) (suspend 'opinion))
(define (spelling draft) (note! 'spelling) 'fine)
(defflow many (sequence write-draft (parallel review spelling legal) publish))
(define many-1 (flow/start many "m"))
(define many-id (flow-suspended-id many-1))
(test-equal "every branch runs until it waits or ends" '(write spelling) (take-log!))
(test-equal "and all waits are open at once" '(approval opinion) (flow/waiting many-id))
(test-equal "one answer alone is ambiguous" 'flow-error
  (kind-of (lambda () (flow/resume many-id 'yes))))
(test-assert "the message names them"
  (equal? (string-append (symbol->string many-id)
                         " waits for several answers; name one: approval (branch review), "
                         "opinion (branch legal)")
          (message-of (lambda () (flow/resume many-id 'yes)))))
(test-equal "a tag names one" `(flow-suspended ,many-id approval)
  (flow/resume many-id 'opinion 'harmless))
(test-equal "nothing ran again" '() (take-log!))
(test-equal "an answered wait is closed" 'flow-error
  (kind-of (lambda () (flow/resume many-id 'opinion 'no))))
(test-equal "a branch names one too; the join keeps the order"
  '(published (yes fine harmless))
  (flow/resume many-id 'review 'yes))
(test-equal "the rest ran once" '(publish) (take-log!))

(defflow deep
  (parallel (parallel (lambda (x) (suspend 'a)) (lambda (x) (suspend 'b)))
            (sequence (lambda (x) (suspend 'c)) (lambda (x) (list x (suspend 'd))))))
(define deep-id (flow-suspended-id (flow/start deep 0)))
(test-equal "waits in nested branches, in the order they began" '(c a b) (flow/waiting deep-id))
(flow/resume deep-id 'c 3)
(test-equal "a branch goes on while others wait" '(a b d) (flow/waiting deep-id))
(flow/resume deep-id 'a 1)
(flow/resume deep-id 'd 4)
(test-equal "joined inside out" '((1 2) (3 4)) (flow/resume deep-id 'b 2))

(defflow same-tags (map-flow (lambda (x) (list x (suspend 'ok)))))
(define same-id (flow-suspended-id (flow/start same-tags '(1 2))))
(test-equal "one tag in several branches is ambiguous" 'flow-error
  (kind-of (lambda () (flow/resume same-id 'ok 1))))

(defflow one-fails
  (try-catch (parallel (lambda (x) (suspend 'never))
                       (lambda (x) (suspend 'go) (error "branch failed" x))
                       (lambda (x) (suspend 'neither)))
             (lambda (e) (list (error-object-message e) (suspend 'after)))))
(define one-fails-id (flow-suspended-id (flow/start one-fails 1)))
(flow/resume one-fails-id 'go 1)
(test-equal "the first error ends the other branches" '(after) (flow/waiting one-fails-id))
(test-equal "and is caught outside" '("branch failed" done)
  (flow/resume one-fails-id 'done))

;; ---- what surrounds a wait

(define depth (make-parameter 0))
(defflow surrounded
  (lambda (x)
    (dynamic-wind
     (lambda () (note! 'in))
     (lambda ()
       (parameterize ((depth 5))
         (guard (e ((symbol? e) (list 'caught e)))
           (let ((answer (suspend 'value)))
             (if (eq? answer 'raise) (raise 'oops) (list answer (depth)))))))
     (lambda () (note! 'out)))))
(define (surrounded-by answer)
  (let ((id (flow-suspended-id (flow/start surrounded 0))))
    (take-log!)
    (flow/resume id answer)))
(test-equal "parameters hold across a wait" '(here 5) (surrounded-by 'here))
(test-equal "handlers too" '(caught oops) (surrounded-by 'raise))
(test-equal "winds: waiting is not leaving" '(in)
  (begin (take-log!) (flow/start surrounded 0) (take-log!)))

;; ---- steps

(define keys '())
(define (interrupted-once name)
  (step name
        (lambda ()
          (set! keys (cons (step-key) keys))
          (if (null? (cdr keys))
              (raise (make-condition 'interrupted "stopped in a test" '())))
          (note! name)
          name)))
(defflow doubtful (lambda (x) (step 'before (lambda () (note! 'before) 1)) (interrupted-once 'act)))
(test-equal "an interruption is no failure" 'interrupted
  (kind-of (lambda () (flow/start doubtful 1))))
(define doubtful-id (car (car (flow/list))))
(test-equal "the flow can go on" 'running (flow/status doubtful-id))
(test-equal "and goes on with the step in doubt" 'act (flow/recover doubtful-id))
(test-equal "not with the one before" '(before act) (take-log!))
(test-assert "under the same key"
  (and (= (length keys) 2) (string=? (car keys) (cadr keys))))

(defflow step-raises
  (lambda (x)
    (let ((e (guard (e (#t e)) (step 'bad (lambda () (note! 'bad) (error "bad step" x))))))
      (list (error-object-message e) (error-object-irritants e) (suspend 'go)))))
(define step-raises-id (flow-suspended-id (flow/start step-raises 4)))
(test-equal "what a step raised is raised again in a replay" '("bad step" (4) on)
  (flow/resume step-raises-id 'on))
(test-equal "without running it" '(bad) (take-log!))

(defflow waits-in-step (lambda (x) (step 'wrong (lambda () (suspend 'never)))))
(test-equal "a step may not wait" 'flow-error
  (kind-of (lambda () (flow/start waits-in-step 1))))
(test-equal "nothing waits outside a flow" 'flow-error
  (kind-of (lambda () (suspend 'never))))
(test-equal "a step outside a flow is a call" 3 (step 'plain (lambda () 3)))
(test-equal "names are symbols" 'wrong-type (kind-of (lambda () (step "name" (lambda () 3)))))

;; ---- what can be kept

(defflow same (lambda (x) (list (suspend 'more) x)))
(define (kept? value)
  (let ((id (flow-suspended-id (flow/start same value))))
    (equal? (list value value) (flow/resume id value))))
(test-assert "numbers" (kept? '(1 -2 3/4 1.5 -0.0 1e300 123456789012345678901234567890)))
(test-assert "texts" (kept? '("a\"b\\c\n" #\a #\space #\x3bb "\x3bb;" sym |odd symbol|)))
(test-assert "structures" (kept? '#(1 (2 . 3) #u8(4 5) () #t #f)))
(test-assert "the unspecified value"
  (let ((nothing (if #f #f)))
    (kept? (list nothing (vector nothing) "#<unspecified>" '|#<unspecified>| #\#))))
(test-equal "a cycle comes back as one" #t
  (let ((ring (list 1 2)))
    (set-cdr! (cdr ring) ring)
    (let* ((id (flow-suspended-id (flow/start same ring)))
           (back (cadr (flow/resume id 1))))
      (eq? back (cddr back)))))
(test-equal "a procedure is refused, and its place named"
  "the input of the flow cannot be stored, it is no plain data: (list-ref it 2): #<procedure car>"
  (message-of (lambda () (flow/start same (list 1 2 car)))))
(defflow returns-procedure (sequence (lambda (x) (vector 1 car)) flow-id))
(test-equal "also as what a node returns" 'flow-error
  (kind-of (lambda () (flow/start returns-procedure 1))))

;; ---- a program that changed

(define edition 1)
(defflow edited
  (sequence (lambda (x) (if (= edition 1)
                            (step 'charge (lambda () 10))
                            (step 'refund (lambda () -10))))
            (lambda (x) (list x (suspend 'go)))))
(define edited-id (flow-suspended-id (flow/start edited 1)))
(set! edition 2)
(flow-evict!)
(test-equal "a replay that differs is refused" 'flow-mismatch
  (kind-of (lambda () (flow/resume edited-id 1))))
(test-equal "the flow is stuck, not failed" 'stuck (flow/status edited-id))
(test-equal "both sides are told"
  (string-append "flow " (symbol->string edited-id) " does not match its history\n"
                 "history: 2  0#3  step-intent charge\n"
                 "program: 0#3  step refund")
  (message-of (lambda () (flow/resume edited-id 1))))
(set! edition 1)
(test-equal "with the program it knows, it goes on" '(10 1) (flow/resume edited-id 1))

(define more 0)
(defflow shortened
  (lambda (x)
    (if (= more 0) (step 'extra (lambda () 1)))
    (suspend 'go)))
(define shortened-id (flow-suspended-id (flow/start shortened 1)))
(set! more 1)
(flow-evict! shortened-id)
(test-equal "a step that went missing" 'flow-mismatch
  (kind-of (lambda () (flow/resume shortened-id 1))))

(defflow swallowing
  (lambda (x)
    (guard (e (#t 'swallowed))
      (if (= edition 1) (step 'one (lambda () 1)) (step 'two (lambda () 2)))
      (suspend 'go))))
(define swallowing-id (flow-suspended-id (flow/start swallowing 1)))
(set! edition 2)
(flow-evict!)
(test-equal "a program cannot swallow a mismatch" 'flow-mismatch
  (kind-of (lambda () (flow/resume swallowing-id 1))))
(set! edition 1)

;; ---- cancelling

(define doomed (flow-suspended-id (flow/start simple "doomed")))
(take-log!)
(test-equal "a flow is cancelled" 'cancelled (flow/cancel doomed "no longer wanted"))
(test-equal "its status says so" 'cancelled (flow/status doomed))
(test-equal "it cannot be resumed" 'flow-error (kind-of (lambda () (flow/resume doomed 1))))
(test-equal "nor cancelled again" 'flow-error (kind-of (lambda () (flow/cancel doomed))))
(test-equal "nor is it among those to be resumed" #f (memq doomed (flow-resumable-ids)))
(test-equal "nothing of it ran" '() (take-log!))

;; ---- looking

(test-equal "an unknown flow has no status" #f (flow/status 'nobody-1))
(test-equal "and cannot be resumed" 'flow-error (kind-of (lambda () (flow/resume 'nobody-1 1))))
(test-equal "a flow must have been defined" 'flow-error
  (kind-of (lambda () (flow/start (lambda (x) x) 1))))
(test-equal "the store's name" "memory:" (flow-store-url))

(test-end "flow")

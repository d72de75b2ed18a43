;; What is made of a flow that failed: doing its last step again, or leaving it out; where a
;; program diverges from a history; the clock of a flow; what a person is told.
(import (scheme base) (scheme write) (srfi 64) (fermata flow) (fermata flow tell))

(use-flow-store! "memory:")
(test-begin "again")

(define (shown thunk)
  (let ((port (open-output-string)))
    (parameterize ((current-output-port port)) (thunk))
    (get-output-string port)))
(define (raised thunk) (guard (e ((error-object? e) (error-object-message e)) (#t e)) (thunk)))
(define (contains? text part)
  (let ((n (string-length part)))
    (let loop ((i 0))
      (and (<= (+ i n) (string-length text))
           (or (string=? part (substring text i (+ i n))) (loop (+ i 1)))))))

(define broken #t)
(define tries 0)
(define charges 0)
(defflow ordering
  (lambda (amount)
    (step 'charge (lambda () (set! charges (+ charges 1)) amount))
    (let ((sent (step 'send (lambda () (set! tries (+ tries 1)) (if broken (error "no van") 'sent)))))
      (list amount sent))))

(test-equal "no van" (raised (lambda () (flow/start ordering 30 'id 'order-1))))
(test-equal 'failed (flow/status 'order-1))
(define skipped (flow/skip 'order-1 'by-post))
(test-equal "the step that failed returned the value instead" '(30 by-post)
  (if (eq? (flow/status skipped) 'finished) (flow/result skipped) (flow/recover skipped)))
(set! broken #f)
(define retried (flow/retry 'order-1))
(test-equal "the step that failed is done again" '(30 sent)
  (if (eq? (flow/status retried) 'finished) (flow/result retried) (flow/recover retried)))
(test-equal "the steps before are not" '(1 2) (list charges tries))
(test-equal "the flow itself stays as it was" 'failed (flow/status 'order-1))
(test-error "a flow that did not fail" (flow/retry retried))

;; ---- divergence
(defflow one-more (lambda (amount) (step 'weigh (lambda () 5)) amount))
(defflow the-same
  (lambda (amount)
    (step 'charge (lambda () (error "not to be run")))
    (list amount (step 'send (lambda () (error "not to be run"))))))
(test-equal "the flow's own steps" #f (flow/divergence retried the-same))
(test-assert "another step: where, and what instead"
  (let ((text (flow/divergence retried one-more)))
    (and (string? text) (contains? text "charge") (contains? text "weigh"))))
(test-equal '(1 2) (list charges tries))

;; ---- the clock
(defflow timing
  (lambda (x)
    (let* ((a (flow-now)) (b (begin (step 'work (lambda () 1)) (flow-now))))
      (suspend 'go)
      (list a b (flow-now)))))
(define timing-id (flow-suspended-id (flow/start timing 1)))
(flow-evict!)
(test-assert "seconds that go on" (let ((t (flow/resume timing-id 1))) (apply <= 1e9 t)))
(test-assert "outside of a flow as well" (< 1e9 (flow-now) 1e11))

;; ---- what a person is told
(test-equal "the command names the store; what is to be answered stands there as it is"
  "fermata --store memory: flow resume order-7 --tag review '\"well done\"'"
  (flow-resume-command 'order-7 'review "'\"well done\"'"))
(test-equal "without a tag" "fermata --store memory: flow resume order-7 5" (flow-resume-command 'order-7 #f "5"))
(defflow reviewed (lambda (x) (suspend 'review)))
(test-assert "a flow that waits: its id, what for, how to go on"
  (let* ((outcome (flow/start reviewed 1)) (text (shown (lambda () (flow/tell outcome)))))
    (and (contains? text (symbol->string (flow-suspended-id outcome))) (contains? text "review")
         (contains? text (flow-resume-command (flow-suspended-id outcome) #f "VALUE")))))
(test-equal "a flow that ended: its value" "(30 by-post)\n" (shown (lambda () (flow/tell (flow/result skipped)))))

(test-end "again")

;; Going back in a flow, and flows that come from elsewhere.
(import (scheme base) (scheme write) (srfi 64) (fermata flow)
        (only (fermata condition) condition-kind))

(use-flow-store! "memory:")
(define-syntax raised-message
  (syntax-rules ()
    ((_ body ...) (guard (e ((error-object? e) (error-object-message e))) body ...))))
(define (shown thunk)
  (let ((port (open-output-string)))
    (parameterize ((current-output-port port)) (thunk))
    (get-output-string port)))
(define (first-line text)
  (let loop ((i 0))
    (if (char=? (string-ref text i) #\newline) (string-copy text 0 i) (loop (+ i 1)))))

(test-begin "travel")

(define effects 0)
(defflow summing
  (lambda (n)
    (let ((sum n))
      (define-query 'sum (lambda () sum))
      (set! sum (+ sum (step 'one (lambda () (set! effects (+ effects 1)) 10))))
      (set! sum (+ sum (suspend 'two)))
      (list 'sum sum))))
(define id (flow-suspended-id (flow/start summing 1)))
(flow/resume id 100)

;; program started intent result suspended resumed finished
(test-equal "a query tells what it would have told then" '(1 11 11 111)
  (map (lambda (n) (flow-at id n 'sum)) '(2 4 5 6)))
(test-equal "the step did not run again" 1 effects)
(test-equal "the last record is shown" "record 4 of 7: 0#2 step-result one 10"
  (first-line (shown (lambda () (flow-at id 4)))))
(test-equal "forward" "record 6 of 7: 0#3 resumed two 100"
  (first-line (shown (lambda () (flow-forward 2)))))
(test-equal "back" "record 5 of 7: 0#3 suspended two"
  (first-line (shown (lambda () (flow-back)))))
(test-equal "at its end it has returned" "record 7 of 7: 0#0 finished summing (sum 111)\nit returned (sum 111)\n"
  (shown (lambda () (flow-at id 7))))
(test-equal "there is no more" (string-append "flow-at: " (symbol->string id)
                                              " has 7 records; wants a number from 2 to that, got 8")
  (raised-message (flow-forward)))
(test-equal "nothing was changed" 'finished (flow/status id))

;; ---- a store that moves

(define (same-texts? a b)
  (and (= (length a) (length b))
       (let loop ((a a)) (or (null? a) (and (member (car a) b) (loop (cdr a)))))))
(flow/start summing 5 'id 'moves)
(define texts (flow-store-export))
(define elsewhere (open-flow-store "memory:"))
(test-equal "every flow of a store is taken in elsewhere, as it was" '(#t (sum 16))
  (parameterize ((current-flow-store elsewhere))
    (flow-store-import! texts)
    (list (same-texts? texts (flow-store-export))
          (flow/resume 'moves 1))))
(test-equal "some of them" 1 (length (flow-store-export 'moves)))

;; ---- copies that go another way
(define (end-of copy)
  (flow/recover copy)
  (flow/result copy))
(test-equal "with another answer" '(sum 211) (end-of (flow/fork id 6 'value 200)))
(test-equal "with another result of a step" '(1002 (two))
  (let ((copy (flow/fork id 4 'value 1001)))
    (flow/recover copy)
    (list (flow/query copy 'sum) (flow/waiting copy))))
(test-equal "with another input" 30
  (let ((copy (flow/fork id 2 'value 20)))
    (flow/recover copy)
    (flow/query copy 'sum)))
(test-equal "what has no value cannot have another"
  (string-append "flow/fork: record 5 of " (symbol->string id)
                 " has no value of its own; it is suspended")
  (raised-message (flow/fork id 5 'value 1)))

(test-end "travel")

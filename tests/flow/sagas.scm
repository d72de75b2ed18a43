;; Compensation that nothing can skip: not a cancellation in the middle of a step, not a
;; deadline, not a budget that is used up, not the end of the process.
(import (scheme base) (srfi 64) (fermata flow) (fermata sched))

(use-flow-store! "memory:")
(include "data/virtual_time.scm")
(define (refund what) (note! (list 'refund what)))

;; A step that is cancelled while it runs; its flow's input is its id.
(define (cancelled-charge id)
  (step 'charge
        (lambda ()
          (note! 'begins)
          (flow/cancel id "enough")
          (heartbeat)                   ; the cancellation is seen
          (task-sleep 1)
          (note! 'ends)
          30)
        'undo refund))

(test-begin "sagas")

(defflow charging (saga cancelled-charge))
(test-equal "a step that can be undone ends before its flow is cancelled, and is undone"
  '(cancelled (begins ends (refund 30)))
  (in-virtual-time
   (flow/start charging 'c1 'id 'c1)
   (list (flow/status 'c1) (take-log!))))
(defflow charging-more (saga (sequence cancelled-charge (lambda (x) (suspend 'more)))))
(test-equal "also when the flow would go on" '(cancelled (begins ends (refund 30)))
  (in-virtual-time
   (flow/start charging-more 'c2 'id 'c2)
   (list (flow/status 'c2) (take-log!))))

;; The process dies in the step, and the cancellation is there before the next one.
(defflow doubtful
  (saga (lambda (x) (step (quote charge) (lambda () (note! (quote charge)) 30) (quote undo) refund) (suspend (quote more)))))
(flow/start doubtful 0 (quote id) (quote doubtful-1))
(take-log!)
(define copy (flow/fork (quote doubtful-1) 3))
(flow/cancel copy "enough")
(test-equal "a step in doubt runs to its end, and is undone"
  '(cancelled (charge (refund 30))) (list (flow/status copy) (take-log!)))

(defflow hurried
  (try-catch
   (timeout 5 (saga (lambda (x)
                      (step 'slow (lambda () (task-sleep 9) (note! 'slow)) 'undo refund))))
   flow-timeout?))
(test-equal "a deadline waits for such a step too" '(#t (slow (refund slow)))
  (in-virtual-time
   (parameterize ((flow-patience 100))
     (let ((result (flow/start hurried 0))) (list result (take-log!))))))

(define (booking name) (lambda (x) (step name (lambda () (note! name)) 'undo refund)))
(defflow poor
  (try-catch (with-gas 2 (saga (sequence (booking 'a) (booking 'b) (booking 'c)))) flow-timeout?))
(test-equal "what ended a saga does not limit its undoing"
  '(#t (a b (refund b) (refund a)))
  (let ((result (flow/start poor 0))) (list result (take-log!))))

(defflow waiting-costs
  (try-catch (with-gas 2 (lambda (x) (list (suspend 'a) (suspend 'b) (suspend 'c)))) flow-timeout?))
(test-equal "waits count for with-gas as steps do" '(c #t)
  (let* ((id (flow-suspended-id (flow/start waiting-costs 0)))
         (second (flow-suspended-tag (flow/resume id 'a 1))))
    (flow-evict!)
    (let ((end (flow/resume id 'b 2)))
      (list (if (eq? second 'b) 'c second) end))))

(defflow unsaved (lambda (x) (step 'charge (lambda () (note! 'charge)) 'undo refund)))
(test-equal "without a saga nothing is done that could not be undone"
  '("compensate: there is no saga around charge" ())
  (let ((message (raised-message (flow/start unsaved 0)))) (list message (take-log!))))

(defflow losing
  (race (lambda (x) (step 'quick (lambda () (task-sleep 1) 'quick)))
        (saga (sequence (booking 'slow) (lambda (x) (suspend 'never))))))
(test-equal "a branch that lost a race undoes what it did" '(quick (slow (refund slow)))
  (in-virtual-time
   (let ((result (flow/start losing 0))) (list result (take-log!)))))

;; Stopped after every record, cancelled after every record.
(defflow journey
  (try-catch (saga (sequence (booking 'flight) (booking 'hotel)
                             (lambda (x) (if (eq? (suspend 'pay) 'yes) 'gone (error "no money")))))
             error-object-message))
(test-equal "wherever it is stopped" '() (flow-check journey '(1)))
(take-log!)
(flow/start journey 0 'id 'whole)
(flow/resume 'whole 'no)
(define (undone-after n)
  (let ((copy (flow/fork 'whole n)))
    (take-log!)
    (guard (e (#t #f)) (flow/cancel copy "enough"))
    (list (flow/status copy) (take-log!))))
(test-equal "cancelled anywhere, each thing that was done is undone once"
  '((cancelled (flight (refund flight)))                 ; in doubt about the flight
    (cancelled ((refund flight)))
    (cancelled (hotel (refund hotel) (refund flight)))
    (cancelled ((refund hotel) (refund flight)))
    (cancelled ((refund hotel) (refund flight))))
  (map undone-after '(3 4 5 6 7)))

(test-end "sagas")

;; An approval that escalates: whoever does not answer in time is passed over.
;;
;; A request goes to the team lead, after two days to the manager, after two more to
;; the director; whoever answers first decides, also when somebody else has been
;; asked by then. Nobody within six days: it is refused.
;;   fermata flow update ID decide '(yes grace)'      decides, and says whether it counts
;;   fermata flow list --where 'amount=1200'
(import (scheme base) (scheme write) (fermata flow) (fermata flow tell)
        (only (fermata sched) make-waitq waitq-give! waitq-park!))

(define day 86400)

(define (ask who request)
  (step 'ask
        (lambda ()
          (display "asking ")
          (display who)
          (display " about ")
          (write request)
          (newline))))

;; decision: (yes NAME) or (no NAME).
(define (decision? obj)
  (and (list? obj) (= (length obj) 2) (memq (car obj) '(yes no))))

;; Asks one after another; nobody is waited for longer than two days.
(define (escalate people request)
  (if (null? people)
      '(no nobody)
      (begin
        (ask (car people) request)
        (flow-sleep (* 2 day))
        (escalate (cdr people) request))))

(defflow (approval request)
  (let ((answer #f) (answers (make-waitq 'answers)))
    (flow-attribute! 'amount (cadr request))
    (define-query 'answer (lambda () answer))
    ;; Whoever decides hears at once whether it counts.
    (define-update 'decide
      (lambda (decision)
        (if answer
            (list 'too-late answer)
            (begin
              (set! answer decision)
              (waitq-give! answers decision)
              (list 'decided decision))))
      decision?)
    (let ((decision
           (await-any (lambda () (escalate '(lead manager director) request))
                      (lambda () (waitq-park! answers)))))
      (step 'tell
            (lambda ()
              (display (if (eq? (car decision) 'yes) "approved by " "refused by "))
              (display (cadr decision))
              (newline)
              decision)))))

(flow/tell (flow/start approval '(laptop 1200)))

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

(define (filter-named name locals)
  (let loop ((rest locals) (found '()))
    (cond ((null? rest) (reverse found))
          ((eq? (caar rest) name) (loop (cdr rest) (cons (car rest) found)))
          (else (loop (cdr rest) found)))))
;; How many records a flow has, as the message of flow-at tells.
(define (length-of id)
  (let* ((text (raised-message (flow-at id 1000)))
         (start (+ (string-length "flow-at: ") (string-length (symbol->string id))
                   (string-length " has "))))
    (let loop ((end start))
      (if (char=? (string-ref text end) #\space)
          (string->number (string-copy text start end))
          (loop (+ end 1))))))

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

;; ---- the variables of then

(defflow touring
  (lambda (days)
    (let* ((start (step 'start (lambda () 'rome)))
           (seen '()))
      (let loop ((day 1))
        (if (<= day days)
            (let ((town (suspend 'next)))
              (set! seen (cons town seen))
              (loop (+ day 1)))))
      (let ((tired? (> (length seen) 1)))
        (suspend 'home)))))
(define tour (flow-suspended-id (flow/start touring 2 'id 'tour)))
(flow/resume tour 'next 'siena)
(flow/resume tour 'next 'pisa)

(define (doubled n) (let ((twice (* 2 n))) (list n twice (suspend 'go) twice)))
(defflow both (parallel doubled (lambda (m) (doubled (+ m 1)))))
(flow/start both 5 'id 'both)
(define (locals-of id n . names)
  (shown (lambda () (flow-at id n)))
  (map flow-locals names))
(define (locals-at n . names) (apply locals-of tour n names))

(defflow walking
  (lambda (from)
    (let loop ((day from) (seen '()))
      (if (< day 4) (loop (+ day 1) (cons (suspend 'town) seen)) seen))))
(flow/start walking 1 'id 'walk)
(flow/resume 'walk 'a)
(defflow splitting
  (lambda (all)
    (let-values (((first . others) (apply values all)))
      (suspend 'wait))))
(flow/start splitting '(1 2 3) 'id 'split)
(define (mentions? text part)
  (let ((n (string-length part)))
    (let loop ((i 0))
      (and (<= (+ i n) (string-length text))
           (or (string=? part (string-copy text i (+ i n))) (loop (+ i 1)))))))
;; program started intent result suspended resumed suspended resumed suspended
(test-equal "before the first step there is the input alone" '(2) (locals-at 3 'days))
(test-equal "in a loop, its variable, and those around it" '(1 () rome 2)
  (locals-at 5 'day 'seen 'start 'days))
(test-equal "in its next turn" '(2 (siena)) (locals-at 7 'day 'seen))
(test-equal "a variable that is assigned and captured by nobody, and a call at the end"
  '(#t (pisa siena)) (locals-at 9 'tired? 'seen))
(test-equal "stepping back they are as they were" '(1 (siena))
  (begin
    (shown (lambda () (flow-at tour 7) (flow-back)))
    (list (- (flow-locals 'day) 1) (flow-locals 'seen))))
(test-equal "one that is captured and assigned" '(1 11 11)
  (map (lambda (n) (car (apply locals-of id n '(sum)))) '(3 5 5)))
(test-equal "a variable whose next value is computed while its turn waits" '(1 () 2 (a))
  (append (locals-of 'walk 3 'day 'seen) (locals-of 'walk 5 'day 'seen)))
(test-equal "several values" '(1 (2 3))
  (locals-of 'split 3 'first 'others))
(test-assert "they are shown" (mentions? (shown (lambda () (flow-at tour 7))) "\n    day = 2\n"))
(test-assert "with the place" (mentions? (shown (lambda () (flow-at tour 7))) "\n  at "))
(test-assert "and the procedure, if it has a name"
  (mentions? (shown (lambda () (flow-at 'both (length-of 'both)))) "\n  in doubled at "))
(test-assert "what is out of scope is not" (not (mentions? (shown (lambda () (flow-at tour 9))) "day =")))
(test-equal "an unknown one" "flow-locals: tour had no variable luck after record 9"
  (raised-message (flow-locals 'luck)))

(test-equal "of each task that waits" '((n . 5) (n . 6))
  (begin
    (shown (lambda () (flow-at 'both (length-of 'both))))
    (filter-named 'n (flow-locals))))

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

;; The kit by itself, without a model: ask one server, ask the other as well
;; when it takes long, take the first answer, let nobody go on in vain.
;;
;; Its clock is virtual here, so that nobody has to wait.
;; Run it:  fermata run examples/hedge.scm
(import (scheme base) (scheme write) (fermata sched))

(define (say . things)
  (for-each display things)
  (newline))

;; A server that needs so many seconds for an answer.
(define (ask name seconds)
  (dynamic-wind
   (lambda () (say "  " name " is asked"))
   (lambda () (task-sleep seconds) (list name 'answers))
   (lambda () (say "  " name " is done"))))

;; No task outlives the scope it was spawned in, whatever happens.
(define (hedged patience first second)
  (with-scope
   (lambda (scope)
     (let* ((one (scope-spawn scope first 'name 'first))
            (quick (sync/timeout patience (join-op one)))
            (two (if quick #f (scope-spawn scope second 'name 'second)))
            (winner (or quick (sync (choice-op (join-op one) (join-op two))))))
       (for-each (lambda (t) (if t (task-cancel t 'answered))) (list one two))
       (task-result winner)))))

(define (ask-both east west)
  (hedged 0.1
          (lambda () (ask "east" east))
          (lambda () (ask "west" west))))

(define (try-it)
  (define start (clock-now))
  (define (try name one two)
    (say name)
    (say (ask-both one two)))
  (try "both are quick" 0.05 0.05)
  (try "the first is slow" 2 0.05)
  (try "the second is slower" 0.2 2)
  (say "too late: "
       (with-deadline 1 (lambda () (ask-both 3 3))
         (lambda () "nobody answers")))
  (say "it took " (exact (round (* 10 (- (clock-now) start))))
       " tenths of a second"))

(define world (make-scheduler 'clock 'virtual))
(task-spawn world try-it)
(scheduler-run world)

;; Operations: choices, guards, wraps, nacks (K18 to K20).
(import (scheme base) (fermata sched) (srfi 64))

(test-begin "operations")

(include "data/in_scheduler.scm")

(define (timers) (cdr (assq 'timers (scheduler-stats))))

;; A meeting place without buffer, as a model would make it.
(define (make-place) (cons (make-waitq 'givers) (make-waitq 'takers)))
(define (give-op place v)
  (make-op (lambda () (if (waitq-give! (cdr place) v) #t op-not-ready))
           (lambda (ticket tag) (waitq-add! (car place) ticket tag v))))
(define (take-op place)
  (make-op (lambda () (waitq-take! (car place) op-not-ready #t))
           (lambda (ticket tag) (waitq-add! (cdr place) ticket tag))))

(test-equal "always, never and what is not ready" '(1 2 none)
  (list (sync (always-op 1))
        (sync (choice-op never-op (always-op 2)))
        (try-sync never-op 'none)))

(test-equal "K18 of eight operations exactly one happens, and no queue keeps anything"
  '(3 0)
  (in-scheduler
   (lambda ()
     (let* ((places (map (lambda (i) (make-place)) '(0 1 2 3 4 5 6 7)))
            (t (task-spawn (lambda () (sync (apply choice-op (map take-op places)))))))
       (task-yield)
       (sync (give-op (list-ref places 3) 3))
       (let ((value (task-join t)))
         (list value
               (apply + (map (lambda (p) (+ (waitq-length (car p)) (waitq-length (cdr p)))) places))))))))

(define (in-order names all)
  (cond ((null? all) '())
        ((memq (car all) names) (cons (car all) (in-order names (cdr all))))
        (else (in-order names (cdr all)))))

(test-equal "K18 the nack of each loser fires, that of the winner never" '(winner (b c))
  (in-scheduler
   (lambda ()
     (let* ((lost '()) (place (make-place))
            (watched (lambda (name op)
                       (nack-op (lambda (nack)
                                  (task-spawn (lambda () (sync nack) (set! lost (cons name lost))))
                                  op))))
            (t (task-spawn (lambda ()
                             (sync (choice-op (watched 'a (take-op place))
                                              (watched 'b never-op)
                                              (watched 'c (take-op (make-place)))))))))
       (settle)
       (sync (give-op place 'winner))
       (settle)
       (list (task-join t) (in-order lost '(a b c)))))))

(test-equal "K18 a nack fires when the sync is left by an error" '(oops #t)
  (in-scheduler
   (lambda ()
     (let* ((lost #f)
            (t (task-spawn (lambda ()
                             (guard (obj (#t (cancel-reason obj)))
                               (sync (nack-op (lambda (nack)
                                                (task-spawn (lambda () (sync nack) (set! lost #t)))
                                                never-op))))))))
       (settle)
       (task-cancel t 'oops)
       (settle)
       (list (task-result t) lost)))))

(test-equal "K18 a nack fires when try-sync finds nothing" #t
  (in-scheduler
   (lambda ()
     (let ((lost #f))
       (try-sync (nack-op (lambda (nack)
                            (task-spawn (lambda () (sync nack) (set! lost #t)))
                            never-op)))
       (settle)
       lost))))

(test-equal "K19 a guard runs at each sync" '(1 2 3)
  (let* ((n 0) (op (guard-op (lambda () (set! n (+ n 1)) (always-op n)))))
    (let* ((a (sync op)) (b (sync op)) (c (sync op)))
      (list a b c))))

(test-equal "K19 a wrap runs after the choice, and may wait" '((got 7) 2.)
  (in-scheduler
   (lambda ()
     (let* ((start (clock-now)) (place (make-place))
            (t (task-spawn (lambda ()
                             (sync (choice-op never-op
                                              (wrap-op (take-op place)
                                                       (lambda (v) (task-sleep 2) (list 'got v)))))))))
       (task-yield)
       (sync (give-op place 7))
       (let ((value (task-join t))) (list value (- (clock-now) start)))))))

(test-equal "wraps go from the inside out" '(outer (inner 1))
  (sync (wrap-op (wrap-op (always-op 1) (lambda (v) (list 'inner v))) (lambda (v) (list 'outer v)))))

(test-equal "K20 the timer of a choice that lost is gone at once" '(1 value 0)
  (in-scheduler
   (lambda ()
     (let* ((place (make-place))
            (t (task-spawn (lambda () (sync/timeout 100 (take-op place))))))
       (task-yield)
       (let ((before (timers)))
         (sync (give-op place 'value))
         (list before (task-join t) (timers)))))))

(test-equal "K20 a million timeouts that lose would leave nothing" '(1000 0)
  (in-scheduler
   (lambda ()
     (let loop ((i 0))
       (if (< i 1000)
           (let* ((place (make-place)) (t (task-spawn (lambda () (sync/timeout 100 (take-op place))))))
             (task-yield)
             (sync (give-op place i))
             (loop (+ i 1)))
           (list i (timers)))))))

(test-equal "two selects on both sides meet once" '((got x) (gave) 0)
  (in-scheduler
   (lambda ()
     (let* ((p (make-place)) (q (make-place))
            (taker (task-spawn (lambda ()
                                 (sync (choice-op (wrap-op (take-op p) (lambda (v) (list 'got v)))
                                                  (take-op q))))))
            (giver (task-spawn (lambda ()
                                 (sync (choice-op (wrap-op (give-op p 'x) (lambda (v) '(gave)))
                                                  (take-op (make-place))))))))
       (settle)
       (list (task-join taker) (task-join giver)
             (+ (waitq-length (cdr p)) (waitq-length (cdr q))))))))

(test-equal "givers are served in the order they came" '(1 2 3)
  (in-scheduler
   (lambda ()
     (let ((p (make-place)))
       (for-each (lambda (i) (task-spawn (lambda () (sync (give-op p i))))) '(1 2 3))
       (settle)
       (let* ((a (sync (take-op p))) (b (sync (take-op p))) (c (sync (take-op p))))
         (list a b c))))))

(test-equal "prefer-op takes the first that is ready" '(1 1 1 1 1)
  (map (lambda (i) (sync (prefer-op never-op (always-op 1) (always-op 2)))) '(1 2 3 4 5)))

(define (picks seed n)
  (in-scheduler
   (lambda ()
     (let loop ((i 0) (all '()))
       (if (< i n)
           (loop (+ i 1) (cons (sync (choice-op (always-op 0) (always-op 1))) all))
           all)))
   'seed seed))

(test-assert "a choice of two takes each about as often"
  (let ((ones (apply + (picks 7 1000)))) (< 400 ones 600)))
(test-equal "the same seed makes the same choices" (picks 3 50) (picks 3 50))
(test-assert "another seed makes other choices" (not (equal? (picks 3 50) (picks 4 50))))

(test-equal "of three that are ready each is as likely, also beside five that are not" #t
  (let ((counts (make-vector 3 0))
        (op (choice-op (always-op 0) never-op never-op (always-op 1) never-op never-op (always-op 2))))
    (let loop ((i 0))
      (if (< i 3000)
          (let ((v (sync op)))
            (vector-set! counts v (+ 1 (vector-ref counts v)))
            (loop (+ i 1)))))
    (let ((l (vector->list counts))) (and (< 850 (apply min l)) (< (apply max l) 1150)))))

(test-equal "join-op happens when a task has ended" '(done 2.)
  (in-scheduler
   (lambda ()
     (let* ((start (clock-now)) (t (task-spawn (lambda () (task-sleep 2) 'done))))
       (let ((ended (sync (choice-op (join-op t) (sleep-op 9)))))
         (list (task-result ended) (- (clock-now) start)))))))

(test-equal "sync/timeout gives its default, no earlier than asked" '(late 3.)
  (in-scheduler
   (lambda ()
     (let* ((start (clock-now)) (v (sync/timeout 3 never-op 'late)))
       (list v (- (clock-now) start))))))

(test-equal "sync/timeout of 0 tries once" '(1 late)
  (list (sync/timeout 0 (always-op 1) 'late) (sync/timeout 0 never-op 'late)))

(test-equal "an operation of one's own is undone when it lost" '(undone)
  (in-scheduler
   (lambda ()
     (let* ((log '())
            (own (make-op (lambda () op-not-ready) (lambda (ticket tag) #t)
                          (lambda () (set! log (cons 'undone log))) 'own)))
       (sync (choice-op own (sleep-op 1)))
       log))))

(test-error "what is no operation is refused" (sync 5))

(test-equal "K18 a nack fires when another try raises" '(oops #t)
  (in-scheduler
   (lambda ()
     (let* ((nack #f)
            (seen (guard (obj (#t obj))
                    (sync (prefer-op (nack-op (lambda (n) (set! nack n) never-op))
                                     (make-op (lambda () (raise 'oops)) (lambda (ticket tag) #t)))))))
       (list seen (try-sync nack #f))))))

(test-equal "a sync that is woken to try again waits on, or takes what there is" '(none 2 0)
  (in-scheduler
   (lambda ()
     (let* ((stock 0) (changed (make-waitq 'stock))
            (take (make-op (lambda () (if (> stock 1) (let ((n stock)) (set! stock 0) n) op-not-ready))
                           (lambda (ticket tag) (waitq-add! changed ticket op-again))
                           (lambda () #t)))
            (t (task-spawn (lambda () (let* ((a (sync/timeout 1 take 'none)) (b (sync take))) (list a b))))))
       (define (put) (set! stock (+ stock 1)) (waitq-give-all! changed #t))
       (settle)
       (put)
       (task-sleep 2)
       (put)
       (append (task-join t) (list (timers)))))))

(test-equal "undisturbed: no turn ends in between; an error ends that" '(alone oops not-alone)
  (in-scheduler
   (lambda ()
     (let ((other 0))
       (task-spawn (lambda () (let loop () (set! other (+ other 1)) (task-yield) (loop))))
       (define (spin n) (if (> n 0) (spin (- n 1))))
       (define (others thunk) (let ((before other)) (thunk) (if (= before other) 'alone 'not-alone)))
       (task-yield)
       (let* ((a (others (lambda () (undisturbed (lambda () (spin 1000))))))
              (b (guard (obj (#t obj)) (undisturbed (lambda () (raise 'oops)))))
              (c (others (lambda () (spin 20000)))))
         (for-each (lambda (t) (if (not (eq? t (task-current))) (task-cancel t 'over))) (scheduler-tasks))
         (list a b c))))
   'gas 100))

(test-end "operations")

;; Tasks: turns, waking, joining, errors, priorities, accounting (K01 to K11, K30 to K32).
(import (scheme base) (scheme sort) (fermata condition) (fermata sched) (srfi 64)
        (only (fermata builtins) gc))

(test-begin "tasks")

(include "data/in_scheduler.scm")

(define (state-of task) (task-status task))

(test-equal "K01 a hundred thousand tasks that end at once all run" '(100000 1)
  (let ((n 0))
    (in-scheduler
      (lambda ()
        (repeat 100000 (lambda (i) (task-spawn (lambda () (set! n (+ n 1))))))
        (settle)
        (list n (cdr (assq 'live (scheduler-stats))))))))

(test-equal "K02 fresh tasks run in the order they were spawned" '(0 1 2 3 4)
  (let ((ran (collector)))
    (in-scheduler
      (lambda ()
        (repeat 5 (lambda (i) (task-spawn (lambda () (ran i)))))
        (settle)
        (ran)))))

(test-equal "K03 a wake between the decision and the suspension is not lost" '(2 finished)
  (in-scheduler
    (lambda ()
      (let* ((looked 0)
             (t (task-spawn
                 (lambda ()
                   (task-block (lambda ()
                                 (set! looked (+ looked 1))
                                 (task-wake (task-current))
                                 (= looked 2)))))))
        (settle)
        (list looked (state-of t))))))

(test-equal "K03 a resume before the park gives its value" 'early
  (in-scheduler (lambda () (task-suspend (lambda (resume) (resume 'early))))))

(test-equal "K04 waking twice runs a task once" '(2 blocked)
  (in-scheduler
    (lambda ()
      (let* ((looked 0)
             (t (task-spawn (lambda ()
                              (task-block (lambda () (set! looked (+ looked 1)) #f))))))
        (settle)
        (task-wake t)
        (task-wake t)
        (settle)
        (list looked (state-of t))))))

(test-equal "K05 waking a finished task gives #f" '(finished #f)
  (in-scheduler
    (lambda ()
      (let ((t (task-spawn (lambda () 1))))
        (task-join t)
        (list (task-status t) (task-wake t))))))

(test-equal "K06 a wake beside ten thousand parked tasks runs no other predicate" '(1 finished)
  (in-scheduler
    (lambda ()
      (repeat 10000 (lambda (i) (task-spawn (lambda () (task-block (lambda () #f))))))
      (let* ((go #f) (t (task-spawn (lambda () (task-block (lambda () go))))))
        (settle)
        (let ((before (cdr (assq 'predicates (scheduler-stats)))))
          (set! go #t)
          (task-wake t)
          (settle)
          (list (- (cdr (assq 'predicates (scheduler-stats))) before) (task-status t)))))))

(test-equal "K07 a task that never waits does not keep others from running" 'ran
  (in-scheduler
    (lambda ()
      (let ((spinner (task-spawn (lambda () (let loop () (loop)))))
            (other (task-spawn (lambda () 'ran))))
        (let ((result (task-join other)))
          (task-cancel spinner 'enough)
          result))) 'gas 1000))

(test-assert "K07 a turn is over after its gas, to one part in two"
  (in-scheduler
    (lambda ()
      (let ((spinner (task-spawn (lambda () (let loop () (loop))))))
        (repeat 10 (lambda (i) (task-yield)))
        (let* ((stats (task-stats spinner))
               (a-turn (/ (cdr (assq 'steps stats)) (cdr (assq 'switches stats)))))
          (task-cancel spinner 'enough)
          (< 500 a-turn 1500)))) 'gas 1000))

(test-assert "K08 natives are charged by the size of their work"
  (in-scheduler
    (lambda ()
      (let* ((turns 0)
             (ticker (task-spawn (lambda ()
                                   (let loop () (set! turns (+ turns 1)) (task-yield) (loop)))))
             (worker (task-spawn (lambda ()
                                   (let ((v (make-vector 20000 0)))
                                     (repeat 20000 (lambda (i) (vector-set! v i (- i))))
                                     (list-sort < (vector->list v))
                                     (repeat 100 (lambda (i) (make-string 10000 #\a))))))))
        (task-join worker)
        (task-cancel ticker 'enough)
        (> turns 50))) 'gas 1000))

(test-equal "K09 a forced yield runs no winders and keeps parameters and handlers"
  '((before inside after) 7 caught)
  (in-scheduler
    (lambda ()
      (let* ((events (collector))
             (p (make-parameter 1))
             (spin (lambda () (repeat 5000 (lambda (i) i))))
             (t (task-spawn
                 (lambda ()
                   (parameterize ((p 7))
                     (guard (obj (#t (list (p) obj)))
                       (dynamic-wind
                        (lambda () (events 'before))
                        (lambda () (spin) (events 'inside) (spin) (raise 'caught))
                        (lambda () (events 'after)))))))))
        (repeat 5 (lambda (i) (task-spawn spin)))
        (let ((result (task-join t)))
          (cons (events) result)))) 'gas 100))

(test-equal "K10 a full continuation of another task cannot be entered" 'continuation-error
  (in-scheduler
    (lambda ()
      (let ((k #f))
        (task-join (task-spawn (lambda () (call/cc (lambda (c) (set! k c))) 1)))
        (guard (c (#t (condition-kind c)))
          (task-join (task-spawn (lambda () (k 2)))))))))

(test-equal "K11 resuming twice is an error of the second, and nothing to the task"
  '(first scheduler-error)
  (in-scheduler
    (lambda ()
      (let* ((resume #f)
             (t (task-spawn (lambda () (task-suspend (lambda (r) (set! resume r)))))))
        (task-yield)
        (resume 'first)
        (let ((error (guard (c (#t (condition-kind c))) (resume 'second))))
          (list (task-join t) error))))))

(test-equal "a resumed task can be made to raise" '(oops)
  (in-scheduler
    (lambda ()
      (let ((t (task-spawn
                (lambda ()
                  (guard (obj (#t (list obj)))
                    (task-suspend (lambda (resume) (resume-raise! resume 'oops))))))))
        (task-join t)))))

(test-equal "an error in task-suspend's procedure leaves the wait" '(oops (none))
  (in-scheduler
    (lambda ()
      (let* ((q (make-waitq))
             (seen (guard (obj (#t obj))
                     (task-suspend (lambda (resume)
                                     (waitq-add! q 1 #f)
                                     (raise 'oops))))))
        (list seen (list (waitq-take! q 'none)))))))

(test-equal "K30 steps and switches of tasks add up to the scheduler's" '(#t #t)
  (let* ((s (make-scheduler 'clock 'virtual))
         (spin (lambda () (repeat 1000 (lambda (i) i)) (task-yield)))
         (tasks (map (lambda (i) (task-spawn s spin)) '(1 2 3))))
    (scheduler-run s)
    (map (lambda (what)
           (= (cdr (assq what (scheduler-stats s)))
              (apply + (map (lambda (t) (cdr (assq what (task-stats t)))) tasks))))
         '(steps switches))))

;; A build that never collects does not count bytes.
(unless (= (gc) 0)
(test-equal "K30 with accounts time and memory of tasks add up too" '(#t #t #t #t)
  (let* ((s (make-scheduler 'clock 'virtual 'accounts #t))
         (greedy (task-spawn s (lambda () (make-vector 100000 0) (repeat 20000 (lambda (i) i)))))
         (modest (task-spawn s (lambda () (task-yield)))))
    (scheduler-run s)
    (let ((of (lambda (what stats) (cdr (assq what stats)))))
      (append
       (map (lambda (what)
              (= (of what (scheduler-stats s))
                 (+ (of what (task-stats greedy)) (of what (task-stats modest)))))
            '(nanoseconds bytes))
       (map (lambda (what) (> (of what (task-stats greedy)) (of what (task-stats modest))))
            '(nanoseconds bytes)))))))

(test-equal "K30 how many wait, wait their turn, and were spawned by whom" '(3 5 #t)
  (in-scheduler
    (lambda ()
      (repeat 5 (lambda (i) (task-spawn (lambda () (task-sleep 1)))))
      (let ((runnable (cdr (assq 'runnable (scheduler-stats)))))
        (settle)
        (let* ((parks (cdr (assq 'parks (scheduler-stats))))
               (t (task-spawn (lambda () 1))))
          (list (- runnable 2) (- parks 1) (= (cdr (assq 'parent (task-stats t))) (task-id (task-current)))))))))

(test-equal "K31 high comes before normal before low" '(high normal low)
  (let ((ran (collector)))
    (in-scheduler
      (lambda ()
        (for-each (lambda (p) (task-spawn (lambda () (ran p)) 'priority p)) '(low normal high))
        (task-sleep 1)
        (ran)) 'policy 'priority)))

(test-assert "K31 a low task gets a share beside busy high ones"
  (in-scheduler
    (lambda ()
      (let ((busy (map (lambda (i) (task-spawn (lambda () (let loop () (loop))) 'priority 'high))
                       '(1 2)))
            (low (task-spawn (lambda () (repeat 1000 (lambda (i) i)) 'done) 'priority 'low)))
        (set-task-priority! (task-current) 'high)
        (task-join low)
        (for-each (lambda (t) (task-cancel t 'enough)) busy)
        (eq? (task-result low) 'done))) 'policy 'priority 'gas 100))

(test-equal "K32 an uncaught error is kept in the task and raised by whoever joins it"
  '(crashed oops oops)
  (in-scheduler
    (lambda ()
      (let ((t (task-spawn (lambda () (raise 'oops)))))
        (task-yield)
        (list (task-status t) (task-result t) (guard (obj (#t obj)) (task-join t)))))))

(test-equal "K32 on-error stop raises it where the scheduler is run" 'oops
  (let ((s (make-scheduler 'on-error 'stop)))
    (task-spawn s (lambda () (task-yield) (raise 'oops)))
    (guard (obj (#t obj)) (scheduler-run s))))

(test-equal "K32 on-error may be a procedure, called with the task and the error" '(#t oops)
  (let* ((seen #f) (t #f) (s (make-scheduler 'on-error (lambda (task obj) (set! seen (list task obj))))))
    (set! t (task-spawn s (lambda () (raise 'oops))))
    (scheduler-run s)
    (list (eq? (car seen) t) (cadr seen))))

(test-equal "the after thunks of a task that an error ends are run" '(crashed (inner outer))
  (in-scheduler
    (lambda ()
      (let* ((left (collector))
             (wind (lambda (name thunk) (dynamic-wind (lambda () #f) thunk (lambda () (left name)))))
             (t (task-spawn (lambda ()
                              (wind 'outer (lambda () (wind 'inner (lambda () (raise 'oops)))))))))
        (settle)
        (list (task-status t) (left))))))

(test-equal "a task inherits parameters, and its own bindings stay its own" '(2 3 2)
  (in-scheduler
    (lambda ()
      (let ((p (make-parameter 1)))
        (parameterize ((p 2))
          (let ((t (task-spawn (lambda ()
                                 (let ((inherited (p)))
                                   (parameterize ((p 3)) (task-yield) (list inherited (p))))))))
            (task-yield)
            (append (task-join t) (list (p)))))))))

(test-equal "a yield lets everybody else have a turn" '(b c a)
  (let ((ran (collector)))
    (in-scheduler
      (lambda ()
        (for-each (lambda (x) (task-spawn (lambda () (ran x)))) '(b c))
        (task-yield)
        (ran 'a)
        (ran)))))

;; In a build that never collects nothing is found.  A collection that comes
;; before takes such tasks, and nobody tells; so they are held until they are
;; looked for, and once more where one came just then.
(unless (= (gc) 0)
  (let ()
    (define held '())
    (define (count-lost)
      (set! held '())
      (let loop ((found (find-stuck)) (lost 0))
        (if (null? found)
            lost
            (let ((q (task-waits-on (car found))))
              (loop (cdr found) (if (and (waitq? q) (eq? (waitq-name q) 'lost)) (+ lost 1) lost))))))
    (test-equal "K25 tasks that wait where nothing can reach them are found" #t
      (let again ((left 10))
        (repeat 100
                (lambda (i)
                  (set! held (cons (task-spawn (lambda () (waitq-park! (make-waitq 'lost)) 1)) held))))
        (settle)
        (let ((lost (count-lost)))
          (or (< 0 lost 101) (and (> left 0) (again (- left 1)))))))))

(test-error "the thunk must be a procedure" (task-spawn 5))
(test-error "an option must be known" (make-scheduler 'speed 3))
(test-error "a task cannot wait for itself" (task-join (task-current)))

(test-end "tasks")

;; Go's timers, tickers and virtual time (G67 to G80).
(import (scheme base) (fermata condition) (fermata go) (fermata sched) (srfi 64))

(test-begin "go time")

(define (repeat n proc)
  (let loop ((i 0))
    (if (< i n) (begin (proc i) (loop (+ i 1))))))
(define (ready? c) (select ((recv c) #t) (default #f)))
(define (elapsed thunk)
  (let ((start (time-now))) (thunk) (- (time-now) start)))

(test-equal "G67 stopped before it fires: #t, and no value ever; a second stop: #f" '(#t #f #f)
  (with-virtual-time
   (lambda ()
     (let* ((t (make-timer 1)) (first (timer-stop! t)) (second (timer-stop! t)))
       (sleep 10)
       (list first second (ready? (timer-chan t)))))))
(test-equal "G67 stopped after its value was received: #f" '(1.0 #f)
  (with-virtual-time
   (lambda ()
     (let* ((t (make-timer 1)) (late (elapsed (lambda () (chan-recv! (timer-chan t))))))
       (list late (timer-stop! t))))))
(test-equal "a timer sends the time" 1.5
  (with-virtual-time
   (lambda ()
     (let ((start (time-now)))
       (- (chan-recv! (timer-chan (make-timer 1.5))) start)))))
(test-equal "G68 reset moves the time" '(#t 3.0)
  (with-virtual-time
   (lambda ()
     (let ((t (make-timer 1)) (changed #f))
       (list #t (elapsed (lambda ()
                           (timer-reset! t 3)
                           (chan-recv! (timer-chan t)))))))))
(test-equal "G68 no stale value after a stop or a reset of one that fired" '(#t #f #t 5.0)
  (with-virtual-time
   (lambda ()
     (let ((t (make-timer 1)))
       (sleep 2)
       (let* ((stopped (timer-stop! t)) (stale (ready? (timer-chan t))))
         (timer-reset! t 1)
         (sleep 2)
         (let ((changed (timer-reset! t 5)))
           (list stopped stale changed (elapsed (lambda () (chan-recv! (timer-chan t)))))))))))
(test-equal "G70 after-func runs in a task of its own; stop keeps it from running" '((main f) #t #f)
  (with-virtual-time
   (lambda ()
     (let ((seen '()) (me (task-current)))
       (after-func 1 (lambda ()
                       (set! seen (cons (if (eq? me (task-current)) 'same 'f) seen))))
       (let* ((t (after-func 1 (lambda () (set! seen (cons 'stopped seen)))))
              (stopped (timer-stop! t)))
         (set! seen '(main))
         (sleep 2)
         (list (reverse seen) stopped (timer-stop! t)))))))
(test-equal "after-chan" 2.0
  (with-virtual-time (lambda () (elapsed (lambda () (chan-recv! (after-chan 2)))))))
(test-equal "G71 sleeping 0 or less returns at once" 0.0
  (with-virtual-time (lambda () (elapsed (lambda () (sleep 0) (sleep -5))))))

(test-equal "a ticker ticks at its period, and drops what is not received" '(1.0 1.0 5.0 1.0)
  (with-virtual-time
   (lambda ()
     (let* ((t (make-ticker 1)) (c (ticker-chan t)) (tick (lambda () (elapsed (lambda () (chan-recv! c))))))
       (let* ((a (tick)) (b (tick)))
         (let ((d (elapsed (lambda () (sleep 5) (chan-recv! c)))))
           (ticker-stop! t)
           (ticker-reset! t 1)
           (list a b d (tick))))))))
(test-equal "a stopped ticker is silent, and keeps nobody from finding a deadlock" 'stuck
  (guard (e (#t (condition-kind e)))
    (with-virtual-time
     (lambda ()
       (let ((t (make-ticker 1)))
         (chan-recv! (ticker-chan t))
         (ticker-stop! t)
         (chan-recv! (ticker-chan t)))))))
(test-error "a period of 0 is refused" #t (make-ticker 0))
(test-error "a timer wants a number" #t (make-timer 'soon))

(test-equal "G72 the clock begins at 2000-01-01 UTC, for all tasks" '(946684800.0 946684800.0)
  (with-virtual-time
   (lambda ()
     (let ((c (make-chan)))
       (go (begin (chan-send! c (time-now))))
       (list (time-now) (chan-recv! c))))))
(test-equal "G73 sleeping takes no real time, and the clock moves exactly" '(7200.0 #t)
  (let ((real (clock-now)))
    (let ((virtual (with-virtual-time (lambda () (elapsed (lambda () (sleep 7200)))))))
      (list virtual (< (- (clock-now) real) 60)))))
(test-equal "G74 settle returns when all others wait or have ended" '(0 10)
  (with-virtual-time
   (lambda ()
     (let ((n 0) (gate (make-chan)))
       (repeat 10 (lambda (i) (go (begin (chan-recv! gate) (go-yield) (set! n (+ n 1))))))
       (settle)
       (let ((before n))
         (chan-close! gate)
         (settle)
         (list before n))))))
(test-equal "G74 settle does not move the clock" '(0.0 waiting)
  (with-virtual-time
   (lambda ()
     (let ((state 'fresh))
       (go (begin (set! state 'waiting) (sleep 1) (set! state 'slept)))
       (list (elapsed settle) state)))))
(test-equal "G75 a timer of 0 is ready without anyone parking" '(#t #f)
  (with-virtual-time
   (lambda ()
     (let* ((t (make-timer 0)) (first (ready? (timer-chan t))))
       (list first (ready? (timer-chan t)))))))

(define (order-of-sleepers seed . options)
  (apply with-virtual-time
         (lambda ()
           (let ((seen '()))
             (repeat 3 (lambda (i) (go (begin (sleep 1) (set! seen (cons i seen))))))
             (sleep 2)
             (reverse seen)))
         'seed seed options))
(test-assert "G76 timers of one instant fire in different orders, by the seed"
  (let loop ((seed 1) (orders '()))
    (cond ((= (length orders) 6) #t)
          ((= seed 200) #f)
          (else
           (let ((order (order-of-sleepers seed)))
             (loop (+ seed 1) (if (member order orders) orders (cons order orders))))))))
(test-assert "G76 the same seed, the same order"
  (equal? (order-of-sleepers 5) (order-of-sleepers 5)))
(test-equal "G76 in-order: as they were set" '((0 1 2) (0 1 2) (0 1 2))
  (map (lambda (seed) (order-of-sleepers seed 'timers 'in-order)) '(1 2 3)))

(test-assert "G77 all wait and no timer: the error names the tasks and what they wait for"
  (guard (e ((eq? (condition-kind e) 'stuck)
             (let ((text (condition-message e)))
               (define (has? part)
                 (let ((n (string-length part)))
                   (let loop ((i 0))
                     (and (<= (+ i n) (string-length text))
                          (or (string=? (substring text i (+ i n)) part) (loop (+ i 1)))))))
               (and (has? "deadlock") (has? "main waits for chan-recv!") (has? "chan-send!")))))
    (with-virtual-time
     (lambda ()
       (go (begin (chan-send! (make-chan) 1)))
       (chan-recv! (make-chan))))))
(test-equal "G77 also when the main task has ended and others wait" 'stuck
  (guard (e (#t (condition-kind e)))
    (with-virtual-time (lambda () (go (begin (chan-recv! (make-chan)))) 'ended))))
(test-equal "an error of the thunk comes out" 'oops
  (guard (e (#t e)) (with-virtual-time (lambda () (sleep 1) (raise 'oops)))))
(test-equal "worlds within worlds have clocks of their own" '(1.0 10.0)
  (with-virtual-time
   (lambda ()
     (let* ((inner #f)
            (outer (elapsed (lambda ()
                              (sleep 1)
                              (set! inner (with-virtual-time
                                           (lambda () (elapsed (lambda () (sleep 10))))))))))
       (list outer inner)))))

(test-equal "G79 while a task waits for what is outside, the clock stands" '(0.0 value)
  (let ((outside (make-chan)))
    (task-spawn (lambda () (repeat 50 (lambda (i) (task-yield))) (chan-send! outside 'value)))
    (with-virtual-time
     (lambda ()
       (let ((v #f))
         (define late (elapsed (lambda () (set! v (chan-recv! outside)))))
         (go (begin (sleep 5)))
         (list late v))))))
(test-equal "G79 also in a select, and timers that are due wait for it" '(outside 0.0)
  (let ((outside (make-chan)))
    (task-spawn (lambda () (repeat 50 (lambda (i) (task-yield))) (chan-send! outside 'value)))
    (with-virtual-time
     (lambda ()
       (let* ((start (time-now))
              (got (select ((recv outside) 'outside) ((after 5) 'late))))
         (list got (- (time-now) start)))))))
(define (after-a-while thunk)
  (task-spawn (lambda () (repeat 50 (lambda (i) (task-yield))) (thunk))))
(define (waited lock!)  ; what time it is when there is also something to sleep for
  (with-virtual-time
   (lambda ()
     (go (sleep 5))
     (elapsed lock!))))
(test-equal "G79 so it does for a lock that a task outside has" 0.0
  (let ((m (make-mutex)))
    (task-spawn (lambda () (with-mutex m (repeat 50 (lambda (i) (task-yield))))))
    (task-yield)
    (waited (lambda () (mutex-lock! m)))))
(test-equal "G79 but not for one of the same world, wherever it was made" 3.0
  (let ((m (make-mutex)))
    (with-virtual-time
     (lambda ()
       (go (with-mutex m (sleep 3)))
       (go-yield)
       (elapsed (lambda () (mutex-lock! m) (mutex-unlock! m)))))))
(test-equal "G79 when the lock passes on, what it is waited for does too" 7.0
  (let ((m (make-mutex)))
    (task-spawn (lambda () (with-mutex m (repeat 50 (lambda (i) (task-yield))))))
    (task-yield)
    (with-virtual-time
     (lambda ()
       (go (with-mutex m (sleep 7)))
       (go-yield)
       (elapsed (lambda () (mutex-lock! m) (mutex-unlock! m)))))))
(test-equal "G79 and for a wait group, by who counts first" '(0.0 4.0)
  (let ((outer (make-wait-group)) (inner (make-wait-group)))
    (wait-group-add! outer 1)
    (after-a-while (lambda () (wait-group-done! outer)))
    (list (waited (lambda () (wait-group-wait! outer)))
          (with-virtual-time
           (lambda ()
             (wait-group-go! inner (lambda () (sleep 4)))
             (elapsed (lambda () (wait-group-wait! inner))))))))
(test-equal "G79 and for readers outside" 0.0
  (let ((l (make-rwmutex)))
    (rwmutex-rlock! l)
    (after-a-while (lambda () (rwmutex-runlock! l)))
    (waited (lambda () (rwmutex-lock! l)))))
(test-equal "G79 if nobody outside can bring it, that is a deadlock" 'stuck
  (guard (e (#t (condition-kind e)))
    (let ((outside (make-chan)))
      (with-virtual-time (lambda () (chan-recv! outside))))))

(define (refused? thunk)
  (guard (e ((error-object? e) (eq? (condition-kind e) 'scheduler-error)))
    (thunk)
    #f))
(test-equal "G80 a channel of a bubble is refused outside of it" '(#t #t #t #t #t #t)
  (let ((c (with-virtual-time (lambda () (make-chan 1)))))
    (list (refused? (lambda () (chan-send! c 1)))
          (refused? (lambda () (chan-recv! c)))
          (refused? (lambda () (chan-close! c)))
          (refused? (lambda () (select ((recv c) 1) (default 2))))
          (refused? (lambda () (select ((send c 1) 1) (default 2))))
          (refused? (lambda () (with-virtual-time (lambda () (chan-recv! c))))))))

(test-end "go time")

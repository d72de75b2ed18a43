;; Runs under many seeds, with turns of a few steps in any order: what is sent is received
;; once, whatever meets whatever. A failing test tells the seeds.

(define (repeat n proc)
  (let loop ((i 0))
    (if (< i n) (begin (proc i) (loop (+ i 1))))))

;; What the thunk returns in a world where every turn may be cut short.
(define (in-storm seed thunk)
  (let* ((s (make-scheduler 'clock 'virtual 'seed seed 'policy 'shuffle
                            'gas (+ 1 (modulo (* 7 seed) 40)) 'on-error 'stop))
         (t (task-spawn s thunk)))
    (let ((end (scheduler-run s)))
      (if (eq? end 'all-done) (task-join t) (list end (stuck-report s))))))

;; The seeds from 1 to count for which (run seed) is not `expected`, with what came out.
(define (failing count expected run)
  (let loop ((seed count) (failed '()))
    (if (= seed 0)
        failed
        (let ((got (guard (e (#t (list 'raised (if (error-object? e) (error-object-message e) e))))
                     (run seed))))
          (loop (- seed 1)
                (if (equal? got expected) failed (cons (cons seed got) failed)))))))

(define (timers) (cdr (assq 'timers (scheduler-stats))))

;; ---- a storm of messages: five senders and four receivers over three channels

(define per-sender 20)

(define (storm seed)
  (in-storm seed
    (lambda ()
      (let ((channels (vector (make-chan) (make-chan 1) (make-chan 3)))
            (senders (make-wait-group)) (receivers (make-wait-group))
            (seen (make-vector (* 5 per-sender) 0)))
        (define (pick) (vector-ref channels (scheduler-random 3)))
        (define (note v) (vector-set! seen v (+ 1 (vector-ref seen v))))
        (repeat 5
          (lambda (p)
            (wait-group-go! senders
              (lambda ()
                (repeat per-sender
                  (lambda (i)
                    (let ((v (+ (* p per-sender) i)))
                      (case (scheduler-random 3)
                        ((0) (chan-send! (pick) v))
                        ((1) (select ((send (pick) v) #t) ((send (pick) v) #t)))
                        (else (let again ()
                                (select ((send (pick) v) #t)
                                        ((send (pick) v) #t)
                                        ((after 0.001) (again)))))))))))))
        (repeat 4
          (lambda (r)
            (wait-group-go! receivers
              (lambda ()
                (let loop ((a (vector-ref channels 0)) (b (vector-ref channels 1))
                           (c (vector-ref channels 2)))
                  (if (or a b c)
                      (select ((recv a v ok) (if ok (begin (note v) (loop a b c)) (loop #f b c)))
                              ((recv b v ok) (if ok (begin (note v) (loop a b c)) (loop a #f c)))
                              ((recv c v ok)
                               (if ok (begin (note v) (loop a b c)) (loop a b #f))))))))))
        (wait-group-wait! senders)
        (vector-for-each chan-close! channels)
        (wait-group-wait! receivers)
        (list (vector->list seen) (timers))))))

(define each-once (list (vector->list (make-vector (* 5 per-sender) 1)) 0))

;; ---- cancelling meets select: what a cancelled task did not get is still there

(define (cancel-storm seed)
  (in-storm seed
    (lambda ()
      (let ((a (make-chan)) (b (make-chan 1)) (sent 0) (received 0))
        (define (receiver)
          (task-spawn
           (lambda ()
             (let loop ()
               (select ((recv a) (set! received (+ received 1)))
                       ((recv b) (set! received (+ received 1)))
                       ((after 0.5) #t))
               (loop)))))
        (define tasks (map (lambda (i) (receiver)) '(1 2 3 4 5 6)))
        (define sender
          (task-spawn
           (lambda ()
             (let loop ()
               (select ((send a 'x) (set! sent (+ sent 1)))
                       ((send b 'y) (set! sent (+ sent 1))))
               (if (= 0 (scheduler-random 4)) (task-sleep 0.25))
               (loop)))))
        (for-each (lambda (t)
                    (task-sleep (/ (scheduler-random 4) 4))
                    (repeat (scheduler-random 20) (lambda (i) (task-yield)))
                    (task-cancel t 'enough))
                  tasks)
        (task-cancel sender 'enough)
        (settle)
        (list (- sent received (chan-len b))
              (map (lambda (t) (task-status t)) tasks)
              (select ((recv a) 'somebody-left) ((send a 1) 'somebody-left) (default 'nobody))
              (timers))))))

(define nothing-lost
  (list 0 '(cancelled cancelled cancelled cancelled cancelled cancelled) 'nobody 0))

;; ---- doubled wakes: a value, a close, a timeout and another value at one instant

(define (instant seed)
  (in-storm seed
    (lambda ()
      (let ((outcomes 0) (sent 0) (received 0) (rounds 20) (wg (make-wait-group)))
        (repeat rounds
          (lambda (i)
            (let ((a (make-chan)) (b (make-chan 1)) (c (make-chan)))
              (wait-group-go! wg
                (lambda ()
                  (select ((recv a) (set! received (+ received 1)))
                          ((recv b) (set! received (+ received 1)))
                          ((recv c) #t)
                          ((after 1) #t))
                  (set! outcomes (+ outcomes 1))
                  ;; What was sent to one that had gone on is still there.
                  (task-sleep 1)
                  (select ((recv b) (set! received (+ received 1))) (default #f))))
              (wait-group-go! wg
                (lambda ()
                  (task-sleep 1)
                  (select ((send a 1) (set! sent (+ sent 1))) ((after 0.5) #t))))
              (wait-group-go! wg
                (lambda () (task-sleep 1) (chan-send! b 2) (set! sent (+ sent 1))))
              (wait-group-go! wg (lambda () (task-sleep 1) (chan-close! c))))))
        (wait-group-wait! wg)
        (list (- rounds outcomes) (- sent received) (timers))))))

;; ---- locks: many tasks, turns of a few steps, one at a time

(define (lock-storm seed)
  (in-storm seed
    (lambda ()
      (let ((m (make-mutex)) (l (make-rwmutex)) (inside 0) (bad 0) (n 0)
            (wg (make-wait-group)) (once (make-once)) (onces 0))
        (define (alone thunk)
          (set! inside (+ inside 1))
          (if (> inside 1) (set! bad (+ bad 1)))
          (thunk)
          (set! inside (- inside 1)))
        (repeat 8
          (lambda (i)
            (wait-group-go! wg
              (lambda ()
                (once-do! once (lambda () (task-yield) (set! onces (+ onces 1))))
                (if (not (= onces 1)) (set! bad (+ bad 1)))
                (repeat 10
                  (lambda (k)
                    (with-mutex m (alone (lambda () (set! n (+ n 1)))))
                    (if (= 0 (scheduler-random 3))
                        (begin (rwmutex-lock! l) (let ((v n)) (if (not (= v n)) (set! bad (+ bad 1))))
                               (rwmutex-unlock! l))
                        (begin (rwmutex-rlock! l) (task-yield) (rwmutex-runlock! l)))))))))
        (wait-group-wait! wg)
        (list bad n onces)))))

(define (test-storms seeds)
  (test-equal "a storm of messages: each is received once" '() (failing seeds each-once storm))
  (test-equal "cancelling meets select: nothing is lost, nothing is left behind" '()
    (failing seeds nothing-lost cancel-storm))
  (test-equal "several things at one instant wake a select once" '()
    (failing seeds '(0 0 0) instant))
  (test-equal "locks under short turns" '() (failing seeds '(0 80 1) lock-storm)))

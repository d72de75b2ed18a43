;; Meeting places: pairs of wait queues, waiting in several; calls at a time.
(import (scheme base) (fermata condition) (fermata sched) (srfi 64))

(test-begin "meetings")

(define (in-scheduler thunk . options)
  (let* ((s (apply make-scheduler 'clock 'virtual 'on-error 'keep options))
         (t (task-spawn s thunk)))
    (scheduler-run s)
    (task-join t)))
(define (repeat n proc)
  (let loop ((i 0))
    (if (< i n) (begin (proc i) (loop (+ i 1))))))
(define (timers) (cdr (assq 'timers (scheduler-stats))))

(test-equal "the queues of a pair are partners and know what they are of" '(#t #t place place #f)
  (let* ((q (make-waitq-pair 'place 'in 'out)) (p (waitq-partner q)))
    (list (eq? (waitq-partner p) q) (not (eq? p q)) (waitq-owner q) (waitq-owner p)
          (waitq-partner (make-waitq)))))

(test-equal "who comes second finds the other one waiting; data and answers cross" '(brought answer)
  (in-scheduler
   (lambda ()
     (let* ((q (make-waitq-pair #f 'in 'out)) (got #f))
       (task-spawn (lambda () (set! got (waitq-meet! q 'brought #f))))
       (settle)
       (let ((datum (waitq-meet! (waitq-partner q) #f 'answer)))
         (settle)
         (list datum got))))))

(define (places n) (let loop ((i 0) (l '())) (if (= i n) l (loop (+ i 1) (cons (make-waitq-pair i 'in 'out) l)))))

(test-equal "waitq-select! without waiting: #f when it would have to wait" '(#f 0 1 #f)
  (in-scheduler
   (lambda ()
     (let* ((q (make-waitq-pair #f 'in 'out)) (none (waitq-select! (vector #f q #f) #f)))
       (set-waitq-open! q #t)
       (let ((open (waitq-select! (vector #f q #f) #f)))
         (set-waitq-open! q #f)
         (task-spawn (lambda () (waitq-meet! (waitq-partner q) 'd #f)))
         (settle)
         (list none open (waitq-select! (vector #f #f #f q #f) #f)
               (waitq-select! (vector #f #f #f) #f)))))))

(test-equal "it waits in all; what comes first answers, and the rest is left" '(-3 value 0)
  (in-scheduler
   (lambda ()
     (let* ((qs (places 4)) (cases (apply vector #f (apply append (map (lambda (q) (list q 'datum)) qs))))
            (t (task-spawn (lambda () (waitq-select! cases #t)))))
       (settle)
       (waitq-give! (list-ref qs 2) 'value)
       (let ((chosen (task-join t)))
         (list chosen (vector-ref cases 0) (apply + (map waitq-length qs))))))))

(test-equal "a time among the cases" '(-2 -1 0)
  (in-scheduler
   (lambda ()
     (let* ((q (make-waitq-pair #f 'in 'out))
            (late (waitq-select! (vector #f q #f (time-after 2) #f) #t))
            (past (waitq-select! (vector #f (time-after 0) #f q #f) #t)))
       (list late past (timers))))))

(test-equal "cancelling one that waits in several leaves nothing" '(cancelled 0 0)
  (in-scheduler
   (lambda ()
     (let* ((q (make-waitq-pair #f 'in 'out))
            (t (task-spawn (lambda () (waitq-select! (vector #f q 1 q 2 (time-after 5) #f) #t)))))
       (settle)
       (let ((waiting (waitq-length q)))
         (task-cancel t 'enough)
         (settle)
         (list (task-status t) (- waiting 2) (+ (waitq-length q) (timers))))))))

(test-assert "of several that are ready each is chosen as often, by the seed"
  (in-scheduler
   (lambda ()
     (let* ((qs (places 3)) (cases (apply vector #f (apply append (map (lambda (q) (list q #f)) qs))))
            (chosen (make-vector 3 0)))
       (for-each (lambda (q) (set-waitq-open! q #t)) qs)
       (repeat 3000 (lambda (i)
                      (let ((k (waitq-select! cases #t)))
                        (vector-set! chosen k (+ 1 (vector-ref chosen k))))))
       (and (<= 900 (vector-ref chosen 0) 1100) (<= 900 (vector-ref chosen 1) 1100))))))
(test-error "the vector must have an odd length" #t (waitq-select! (vector #f 1) #f))

(test-equal "a call at a time runs in a task of its own, unless cancelled" '((2.0 #f) #t #f 0)
  (in-scheduler
   (lambda ()
     (let* ((start (clock-now)) (me (task-current)) (seen #f)
            (a (call-at! (time-after 2) (lambda () (set! seen (list (- (clock-now) start) (eq? me (task-current)))))))
            (b (call-at! (time-after 1) (lambda () (set! seen 'not-cancelled))))
            (in-time (call-cancel! b)))
       (task-sleep 3)
       (list seen in-time (call-cancel! a) (timers))))))
(test-equal "the task of such a call has the parameters of who asked for it" 5
  (in-scheduler
   (lambda ()
     (let ((p (make-parameter 1)) (seen #f))
       (parameterize ((p 5)) (call-at! (time-after 1) (lambda () (set! seen (p)))))
       (task-sleep 2)
       seen))))
(test-equal "calls that are to come keep no scheduler running" 'all-done
  (let ((s (make-scheduler 'clock 'virtual)))
    (task-spawn s (lambda () (call-at! (time-after 1) (lambda () #t))))
    (scheduler-run s)))

(define (order seed shuffled?)
  (in-scheduler
   (lambda ()
     (scheduler-shuffle-timers! (current-scheduler) shuffled?)
     (let ((seen '()))
       (repeat 4 (lambda (i) (task-spawn (lambda () (task-sleep 1) (set! seen (cons i seen))))))
       (task-sleep 2)
       (reverse seen)))
   'seed seed))
(test-equal "timers of one instant come in the order they were set" '(0 1 2 3) (order 3 #f))
(test-assert "or, when asked for, in any order, by the seed"
  (let loop ((seed 1) (orders '()))
    (cond ((> (length orders) 10) #t)
          ((> seed 300) #f)
          (else (loop (+ seed 1)
                      (let ((o (order seed #t))) (if (member o orders) orders (cons o orders))))))))

(test-end "meetings")

;; Places where tasks meet, waiting in several; calls at a time.
(import (scheme base) (fermata condition) (fermata sched) (srfi 64))

(test-begin "meetings")

(include "data/in_scheduler.scm")
(define (timers) (cdr (assq 'timers (scheduler-stats))))

(define (new-place . capacity)
  (make-place (if (pair? capacity) (car capacity) 0) 'end 'putting 'taking))

(test-equal "a place knows its room and what is there" '(#t #f 2 0 1)
  (let* ((p (new-place 2)) (before (place-count p)))
    (place-put! p 'a)
    (list (place? p) (place? (make-waitq)) (place-capacity p) before (place-count p))))

(test-equal "who comes second finds the other one waiting, either way round" '(a b #t)
  (in-scheduler
   (lambda ()
     (let* ((p (new-place)) (got '()) (answer #f))
       (task-spawn (lambda () (set! answer (place-put! p 'a))))
       (settle)
       (let ((a (place-take! p #f)))
         (task-spawn (lambda () (set! got (place-take! p #f))))
         (settle)
         (place-put! p 'b)
         (settle)
         (list a got answer))))))

(test-equal "things and tasks go in the order they came, through a full ring" '(0 1 2 3 4 5 6 7)
  (in-scheduler
   (lambda ()
     (let ((p (new-place 3)))
       (repeat 8 (lambda (i) (task-spawn (lambda () (place-put! p i)))))
       (settle)
       (map (lambda (i) (place-take! p #f)) '(0 1 2 3 4 5 6 7))))))

(test-equal "a closed place gives what is left, then its end; who waited goes on" '(a end end end #t #f)
  (in-scheduler
   (lambda ()
     (let* ((p (new-place 1)) (q (new-place)) (waited #f))
       (place-put! p 'a)
       (task-spawn (lambda () (set! waited (place-take! q #f))))
       (settle)
       (place-close! q)
       (settle)
       (let* ((first (place-close! p)) (again (place-close! p)) (a (place-take! p #f)))
         (list a (place-take! p #f) (place-put! p 'late) waited first again))))))

(test-equal "without waiting" '(none #t #f a none)
  (let* ((p (new-place 1)) (none (place-take-now! p 'none)) (put (place-put-now! p 'a))
         (full (place-put-now! p 'b)) (a (place-take-now! p 'none)))
    (list none put full a (place-take-now! p 'none))))

(test-equal "what is no place, or another scheduler's own, may not be used" '(#f other #f other #t)
  (let ((p (in-scheduler (lambda () (place-exclusive! (new-place 1))))))
    (list (place-put! 5 'a) (place-take! 5 'other) (place-put! p 'a) (place-take! p 'other)
          (place-select! (vector #f #t p) #f))))

(test-equal "place-select! without waiting: #f when it would have to wait" '(#f #t 0 d 1 d)
  (in-scheduler
   (lambda ()
     (let* ((p (new-place 1)) (cases (vector #f #t p p 'd)) (full (new-place 0))
            (none (place-select! (vector #f #t full full 'd) #f))
            (put (place-select! cases #f)) (answer (vector-ref cases 0))
            (taken (place-select! cases #f)))
       (list none answer taken (vector-ref cases 0) put
             (begin (place-put! p 'd) (place-take! p #f)))))))

(test-equal "it waits for all; what comes first answers, and the rest is left" '(2 value #f #f)
  (in-scheduler
   (lambda ()
     (let* ((ps (map (lambda (i) (new-place)) '(0 1 2 3)))
            (cases (apply vector #f (apply append (map (lambda (p) (list #t p)) ps))))
            (t (task-spawn (lambda () (place-select! cases #t)))))
       (settle)
       (place-put! (list-ref ps 2) 'value)
       (let ((chosen (task-join t)))
         (list chosen (vector-ref cases 0)
               (place-put-now! (list-ref ps 2) 'nobody) (place-put-now! (list-ref ps 3) 'nobody)))))))

(test-equal "a time among the things waited for" '(1 0 0)
  (in-scheduler
   (lambda ()
     (let* ((p (new-place))
            (late (place-select! (vector #f #t p '() (time-after 2)) #t))
            (past (place-select! (vector #f '() (time-after 0) #t p) #t)))
       (list late past (timers))))))

(test-equal "cancelling one that waits for several leaves nothing" '(cancelled #f none 0)
  (in-scheduler
   (lambda ()
     (let* ((p (new-place))
            (t (task-spawn (lambda () (place-select! (vector #f p 1 #t p '() (time-after 5)) #t)))))
       (settle)
       (task-cancel t 'enough)
       (settle)
       (list (task-status t) (place-put-now! p 'nobody) (place-take-now! p 'none) (timers))))))

(test-assert "of several that can be done each is chosen as often, by the seed"
  (in-scheduler
   (lambda ()
     (let* ((ps (map (lambda (i) (new-place 5000)) '(0 1 2)))
            (cases (apply vector #f (apply append (map (lambda (p) (list p 'x)) ps))))
            (chosen (make-vector 3 0)))
       (repeat 3000 (lambda (i)
                      (let ((k (place-select! cases #t)))
                        (vector-set! chosen k (+ 1 (vector-ref chosen k))))))
       (and (<= 900 (vector-ref chosen 0) 1100) (<= 900 (vector-ref chosen 1) 1100))))))
(test-error "the vector must have an odd length" #t (place-select! (vector #f 1) #f))

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

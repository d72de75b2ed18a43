;; Spawning, sending, receiving (E01 to E17), in virtual time.
(import (scheme base) (fermata erlang) (fermata sched) (srfi 64))

(test-begin "erlang processes")

;; What thunk returns as the first process of a node of its own.
(define (on-node thunk . options)
  (let* ((s (apply make-scheduler 'clock 'virtual 'on-error 'keep options))
         (t (task-spawn s thunk)))
    (scheduler-run s)
    (task-join t)))

(define (flush)
  (receive (m (cons m (flush))) (after 0 '())))
(define (badarg thunk)
  (guard (e ((error-object? e) (car (error-object-irritants e)))) (thunk)))
(define (now-ms) (exact (round (* 1000 (clock-now)))))

(test-equal "E01 processes are told apart, and know themselves" '(#t #f #t)
  (on-node
   (lambda ()
     (let* ((me (self))
            (tell (lambda () (! me (self))))
            (a (spawn tell)) (b (spawn tell)))
       (list (eq? me (self)) (eq? a b)
             (equal? (list a b) (list (receive (p p)) (receive (p p)))))))))

(test-equal "E02 between two processes messages keep their order" '(1 2 3 4 5)
  (on-node
   (lambda ()
     (let ((me (self)))
       (spawn (lambda () (for-each (lambda (n) (! me n)) '(1 2 3 4 5))))
       (sleep 1)
       (flush)))))

(test-equal "E03 a process that has ended swallows messages" 'hello
  (on-node
   (lambda ()
     (let ((p (spawn (lambda () #t))))
       (sleep 1)
       (! p 'hello)))))

(test-equal "E04 nobody has that name" 'badarg
  (on-node (lambda () (badarg (lambda () (! 'nobody 'hello))))))
(test-equal "E04 the name of a process" '(hello)
  (on-node (lambda () (register 'me (self)) (! 'me 'hello) (flush))))

(test-equal "E05 a send returns the message" '(a b) (on-node (lambda () (! (self) (list 'a 'b)))))
(test-equal "E05 messages are shared: what is changed after a send is changed for the receiver"
  '#(changed 2)
  (on-node
   (lambda ()
     (let ((v (vector 1 2)))
       (! (self) v)
       (vector-set! v 0 'changed)
       (receive (got got))))))
(test-equal "E05 a copy is the sender's matter" '#(1 2)
  (on-node
   (lambda ()
     (let ((v (vector 1 2)))
       (! (self) (vector-copy v))
       (vector-set! v 0 'changed)
       (receive (got got))))))

(test-equal "E06 the first that any clause matches; the rest keeps its order" '((b 1) (a 2) c)
  (on-node
   (lambda ()
     (for-each (lambda (m) (! (self) m)) '((a 2) (b 1) c))
     (let* ((first (receive (('b n) (list 'b n)))))
       (cons first (flush))))))
(test-equal "E07 arrival goes before the order of clauses" 'second-clause
  (on-node
   (lambda ()
     (! (self) 'y)
     (! (self) 'x)
     (receive ('x 'first-clause) ('y 'second-clause)))))

(test-equal "E08 after 0 looks through the whole queue" '(found nothing (1 2))
  (on-node
   (lambda ()
     (for-each (lambda (m) (! (self) m)) '(1 2 wanted))
     (let* ((a (receive ('wanted 'found) (after 0 'nothing)))
            (b (receive ('wanted 'found) (after 0 'nothing))))
       (list a b (flush))))))

(test-equal "E10 after infinity waits" '(came 5000)
  (on-node
   (lambda ()
     (let ((start (now-ms)))
       (send-after 5000 (self) 'came)
       (let ((got (receive (m m) (after 'infinity 'never))))
         (list got (- (now-ms) start)))))))

(for-each
 (lambda (ms)
   (test-equal "E11 no such timeout" 'timeout-value
     (on-node (lambda () (badarg (lambda () (receive (m m) (after ms 'late))))))))
 (list -1 0.0 'soon (expt 2 32) "1"))

(test-equal "E12 only after: a sleep, never early" '(#t slept)
  (on-node
   (lambda ()
     (let* ((start (clock-now-ns)) (value (receive (after 250 'slept))))
       (list (>= (- (clock-now-ns) start) 250000000) value)))))

(test-equal "E13 a match goes before the timeout when both are due" 'message
  (on-node
   (lambda ()
     (send-after 10 (self) 'message)
     (receive (m m) (after 10 'timeout)))))

(test-equal "E14 the longest timeout" 'message
  (on-node
   (lambda ()
     (send-after 10 (self) 'message)
     (receive (m m) (after #xF7654321 'timeout)))))

(test-equal "the time runs from the start, whatever comes in between" '(timeout 100)
  (on-node
   (lambda ()
     (let ((start (now-ms)))
       (send-after 40 (self) 'noise)
       (send-after 80 (self) 'noise)
       (let ((got (receive ('wanted 'message) (after 100 'timeout))))
         (list got (- (now-ms) start)))))))

(test-equal "E15 guards take part" '(big small other)
  (on-node
   (lambda ()
     (define (next)
       (receive (n (guard (> n 5)) 'big) (n (guard (number? n)) 'small) (_ 'other)))
     (for-each (lambda (m) (! (self) m)) '(9 3 x))
     (let* ((a (next)) (b (next)) (c (next))) (list a b c)))))
(test-equal "E15 a guard that raises refuses" 'other
  (on-node
   (lambda ()
     (! (self) '())
     (receive (l (guard (car l)) 'pair) (_ 'other)))))
(test-equal "E15 a guard chooses a later message" '((n 7) ((n 1)))
  (on-node
   (lambda ()
     (! (self) '(n 1))
     (! (self) '(n 7))
     (let ((got (receive (('n i) (guard (and (integer? i) (> i 5))) (list 'n i)))))
       (list got (flush))))))

;; How many cells a receive passes over is what a call costs beside a backlog: steps tell.
(define (steps-of-calls backlog call)
  (on-node
   (lambda ()
     (let ((server (spawn (lambda ()
                            (let loop ()
                              (receive ((from ref) (! from (list ref 'answer)) (loop)))))))
           (me (self)) (done #f))
       (define (spent)
         (task-yield)
         (process-info me 'reductions))
       (do ((i 0 (+ i 1))) ((= i backlog)) (! me (list 'noise i)))
       (let ((before (spent)))
         (do ((i 0 (+ i 1))) ((= i 20)) (call server))
         (- (spent) before))))))
(define (by-pattern server)
  (let ((ref (make-ref)))
    (! server (list (self) ref))
    (receive (((== ref) 'answer) 'fine))))
(define (by-guard server)
  (let ((ref (make-ref)))
    (! server (list (self) ref))
    (receive ((r answer) (guard (eq? r ref)) 'fine) ((r) (guard (and (eq? ref r) #t)) 'odd))))
(define (by-any server)
  (! server (list (self) 'tag))
  (receive (('tag answer) 'fine)))
(for-each
 (lambda (call)
   (test-assert "E16 a fresh reference beside a backlog of 200,000"
     (< (steps-of-calls 200000 call) (* 2 (+ 100 (steps-of-calls 0 call))))))
 (list by-pattern by-guard))
(test-assert "E16 the count of steps tells, for a receive that cannot know"
  (> (steps-of-calls 1000 by-any) 20000))

(test-equal "a reference's mark outlives the message it stands at" '(one two (three))
  (on-node
   (lambda ()
     (! (self) 'one)
     (let ((ref (make-ref)))
       (! (self) (list ref 'two))
       (! (self) 'three)
       (let* ((a (receive ('one 'one)))
              (b (receive (((== ref) x) x))))
         (list a b (flush)))))))

(test-equal "a scan goes on where it stood" 'wanted
  (on-node
   (lambda ()
     (let ((me (self)))
       (spawn (lambda ()
                (do ((i 0 (+ i 1))) ((= i 10)) (! me i) (sleep 1))
                (! me 'wanted)))
       (receive ('wanted 'wanted))))))

(test-equal "receive in the body of receive" '(a b)
  (on-node
   (lambda ()
     (for-each (lambda (m) (! (self) m)) '((first a) (second b)))
     (receive (('first x) (define y x) (receive (('second z) (list y z))))))))

(test-equal "a task that is no process becomes one" #t (process? (self)))

(test-end "erlang processes")

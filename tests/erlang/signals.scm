;; Exits, links, monitors (E18 to E47), in virtual time.
(import (scheme base) (fermata erlang) (fermata match) (fermata sched) (srfi 64))

(test-begin "erlang signals")

(define (on-node thunk . options)
  (let* ((s (apply make-scheduler 'clock 'virtual 'on-error 'keep options))
         (t (task-spawn s (lambda () (crash-reporter! (lambda (report) #f)) (thunk)))))
    (scheduler-run s)
    (task-join t)))
(define (flush) (receive (m (cons m (flush))) (after 0 '())))
(define (badarg thunk)
  (guard (e ((error-object? e) (car (error-object-irritants e)))) (thunk)))
;; Why a process that runs thunk ends.
(define (reason-of thunk)
  (let-values (((p ref) (spawn-monitor thunk)))
    (receive (('DOWN (== ref) 'process _ reason) reason))))
(define (for-ever) (receive ('never 'never)))
(define (ended-with thunk) (on-node (lambda () (reason-of thunk))))

(test-equal "E18 a linked child takes its parent along" 'bad
  (ended-with (lambda () (spawn-link (lambda () (exit 'bad))) (for-ever))))
(test-equal "E18 also one linked later" 'bad
  (ended-with (lambda () (link (spawn (lambda () (sleep 5) (exit 'bad)))) (for-ever))))
(test-equal "E19 a normal end is no signal to a link" 'later
  (ended-with (lambda () (spawn-link (lambda () 'done)) (sleep 100) (exit 'later))))
(test-equal "E20 trapping, both are messages" '(bad normal)
  (on-node
   (lambda ()
     (process-flag 'trap-exit #t)
     (let* ((a (spawn-link (lambda () (exit 'bad))))
            (x (receive (('EXIT p reason) (guard (eq? p a)) reason)))
            (b (spawn-link (lambda () 'done))))
       (list x (receive (('EXIT (== b) reason) reason)))))))
(test-equal "E21 exit(pid, normal) is ignored" '(#t ())
  (on-node
   (lambda ()
     (let ((p (spawn for-ever)))
       (exit p 'normal)
       (sleep 1)
       (list (process-alive? p) (flush))))))
(test-equal "E21 and a message when trapping" '(EXIT #t normal)
  (on-node
   (lambda ()
     (let* ((me (self))
            (p (spawn (lambda ()
                        (process-flag 'trap-exit #t)
                        (! me 'ready)
                        (receive (('EXIT from reason) (! me (list 'EXIT (eq? from me) reason))))))))
       (receive ('ready #t))
       (exit p 'normal)
       (receive (m m))))))
(test-equal "E22 exit(self, normal) ends the process" 'normal
  (ended-with (lambda () (exit (self) 'normal) (for-ever))))
(test-equal "E22 trapping, it is a message" '(normal)
  (on-node
   (lambda ()
     (process-flag 'trap-exit #t)
     (exit (self) 'normal)
     (list (receive (('EXIT p reason) reason))))))
(test-equal "E23 kill cannot be trapped, links see killed" '(killed killed)
  (on-node
   (lambda ()
     (process-flag 'trap-exit #t)
     (let ((p (spawn-link (lambda () (process-flag 'trap-exit #t) (for-ever)))))
       (let ((ref (monitor p)))
         (sleep 1)
         (exit p 'kill)
         (let* ((a (receive (('EXIT (== p) reason) reason)))
                (b (receive (('DOWN (== ref) _ _ reason) reason))))
           (list a b)))))))
(test-equal "a process that ends with the reason kill can be trapped" 'kill
  (on-node
   (lambda ()
     (process-flag 'trap-exit #t)
     (spawn-link (lambda () (exit 'kill)))
     (receive (('EXIT _ reason) reason)))))
(test-equal "E25 a link to one that has ended" 'noproc
  (on-node
   (lambda ()
     (let ((p (spawn (lambda () #t))))
       (sleep 1)
       (badarg (lambda () (link p)))))))
(test-equal "E25 and when trapping" '(#t noproc)
  (on-node
   (lambda ()
     (process-flag 'trap-exit #t)
     (let ((p (spawn (lambda () #t))))
       (sleep 1)
       (link p)
       (receive (('EXIT q reason) (list (eq? p q) reason)))))))
(test-equal "E26 linking twice is one link" '(1 1 0 #t)
  (on-node
   (lambda ()
     (let ((p (spawn for-ever)))
       (link p)
       (link p)
       (let* ((mine (length (process-info (self) 'links)))
              (its (length (process-info p 'links))))
         (unlink p)
         (exit p 'bad)
         (sleep 1)
         (list mine its (length (process-info (self) 'links)) (process-alive? (self))))))))
(test-equal "E28 a link works both ways" '(bad bad)
  (on-node
   (lambda ()
     (define (pair victim)
       (let* ((me (self))
              (b #f)
              (a (spawn (lambda () (set! b (spawn-link for-ever)) (! me b) (for-ever)))))
         (receive ((? process? b)
                   (let ((ra (monitor a)) (rb (monitor b)))
                     (exit (if (eq? victim 'a) a b) 'bad)
                     (receive (('DOWN (== (if (eq? victim 'a) rb ra)) _ _ reason) reason)))))))
     (let* ((x (pair 'a)) (y (pair 'b))) (list x y)))))
(test-equal "E29 a reason goes through a chain" 'first
  (on-node
   (lambda ()
     (let-values (((c ref) (spawn-monitor
                            (lambda ()
                              (spawn-link (lambda ()
                                            (spawn-link (lambda () (exit 'first)))
                                            (for-ever)))
                              (for-ever)))))
       (receive (('DOWN (== ref) _ _ reason) reason))))))
(test-equal "a chain of 20,001" 20001
  (on-node
   (lambda ()
     (process-flag 'trap-exit #t)
     (define (grow n)
       (if (= n 0) (begin (sleep 10) (exit 'all)) (begin (spawn-link (lambda () (grow (- n 1)))) (for-ever))))
     (let ((before (cdr (assq 'spawned (scheduler-stats)))))
       (spawn-link (lambda () (grow 20000)))
       (receive (('EXIT _ 'all) (- (cdr (assq 'spawned (scheduler-stats))) before 1)))))))

(test-equal "E30 nothing catches an exit signal to oneself" '(die ())
  (on-node
   (lambda ()
     (let* ((me (self))
            (reason (reason-of
                     (lambda ()
                       (guard (e (#t (! me 'caught)))
                         (dynamic-wind (lambda () #f)
                                       (lambda () (catch (exit (self) 'die)) (! me 'went-on))
                                       (lambda () (! me 'after))))))))
       (list reason (flush))))))
(test-equal "E31 exit raises, and can be caught" '((EXIT why) caught)
  (on-node
   (lambda ()
     (list (catch (exit 'why)) (guard (e (#t 'caught)) (exit 'why))))))
(test-equal "what is caught is no end" 'normal
  (ended-with (lambda () (catch (exit 'why)))))
(test-equal "after thunks run when a process ends itself" '(bad (cleaned))
  (on-node
   (lambda ()
     (let* ((me (self))
            (reason (reason-of (lambda ()
                                 (dynamic-wind (lambda () #f) (lambda () (exit 'bad))
                                               (lambda () (! me 'cleaned)))))))
       (list reason (flush))))))
(test-assert "E32 an error: (reason . trace)"
  (match (ended-with (lambda () (raise 'oops))) (('oops . (? list? trace)) #t)))
(test-assert "E32 a condition, and where it was"
  (match (ended-with (lambda () (car '())))
    (((? error-object? e) (name . place) ...) #t)))
(test-equal "E32 an error of ours by its name" 'badarg
  (car (ended-with (lambda () (! 'nobody 1)))))
(test-equal "E33 a throw that nothing catches" '(nocatch ball)
  (car (ended-with (lambda () (throw 'ball)))))
(test-equal "a throw that is caught" 'ball (on-node (lambda () (catch (throw 'ball)))))
(test-equal "E35 the first of two exit signals decides" 'one
  (on-node
   (lambda ()
     (let-values (((p ref) (spawn-monitor for-ever)))
       (exit p 'one)
       (exit p 'two)
       (receive (('DOWN (== ref) _ _ reason) reason))))))
(test-equal "E36 nothing is left of a process that has ended"
  '(undefined () () undefined #f 0)
  (on-node
   (lambda ()
     (let* ((p (spawn-link (lambda () (receive ('stop #t))))) (ref #f))
       (register 'victim p)
       (let ((timer (send-after 100000 p 'too-late)))
         (monitor p)
         (! p 'stop)
         (sleep 1)
         (flush)
         (list (whereis 'victim) (process-info (self) 'links) (process-info (self) 'monitors)
               (process-info p) (read-timer timer)
               (cdr (assq 'timers (scheduler-stats)))))))))

;; ---- monitors

(test-equal "E38 DOWN: reference, kind, process, reason" '(#t process #t gone)
  (on-node
   (lambda ()
     (let* ((p (spawn (lambda () (exit 'gone)))) (ref (monitor p)))
       (receive (('DOWN r kind q reason) (list (eq? r ref) kind (eq? q p) reason)))))))
(test-equal "E39 one that has ended already: noproc at once" 'noproc
  (on-node
   (lambda ()
     (let ((p (spawn (lambda () #t))))
       (sleep 1)
       (let ((ref (monitor p)))
         (receive (('DOWN (== ref) _ _ reason) reason) (after 0 'nothing)))))))
(test-equal "E40 two monitors, two messages" '(#f #t)
  (on-node
   (lambda ()
     (let* ((p (spawn (lambda () (exit 'gone)))) (a (monitor p)) (b (monitor p)))
       (sleep 1)
       (let ((refs (map cadr (flush))))
         (list (eq? a b) (or (equal? refs (list a b)) (equal? refs (list b a)))))))))
(test-equal "E41 the watched does not care for the watcher" '(#t ())
  (on-node
   (lambda ()
     (let ((p (spawn for-ever)))
       (reason-of (lambda () (monitor p) (exit 'bad)))
       (list (process-alive? p) (process-info p 'monitored-by))))))
(test-equal "E42 demonitor before the end" '()
  (on-node
   (lambda ()
     (let* ((p (spawn (lambda () (sleep 5)))) (ref (monitor p)))
       (demonitor ref)
       (sleep 10)
       (flush)))))
(test-equal "E42 demonitor leaves a DOWN that has come, flush takes it" '(1 0)
  (on-node
   (lambda ()
     (define (after-the-end . options)
       (let* ((p (spawn (lambda () #t))) (ref (monitor p)))
         (sleep 10)
         (apply demonitor ref options)
         (length (flush))))
     (let* ((a (after-the-end)) (b (after-the-end 'flush))) (list a b)))))
(test-equal "E43 info says whether it was a monitor" '(#t #f)
  (on-node
   (lambda ()
     (let* ((ref (monitor (spawn for-ever)))
            (a (demonitor ref 'info)) (b (demonitor ref 'info)))
       (list a b)))))
(test-equal "E44 any reference will do, nothing else" '(#t badarg)
  (on-node
   (lambda () (list (demonitor (make-ref)) (badarg (lambda () (demonitor 'x)))))))
(test-equal "E46 by name: (name node)" '(victim nonode bad)
  (on-node
   (lambda ()
     (let ((p (spawn (lambda () (receive ('die (exit 'bad)))))))
       (register 'victim p)
       (let ((ref (monitor 'victim)))
         (! 'victim 'die)
         (receive (('DOWN (== ref) 'process (name node) reason) (list name node reason))))))))
(test-equal "E46 a name that nobody has" '((nobody nonode) noproc)
  (on-node
   (lambda ()
     (let ((ref (monitor 'nobody)))
       (receive (('DOWN (== ref) 'process asked reason) (list asked reason)))))))
(test-equal "E47 spawn-monitor misses no end" 'bad (ended-with (lambda () (exit 'bad))))
(test-equal "monitoring oneself does nothing" '()
  (on-node (lambda () (monitor (self)) (sleep 5) (flush))))

(test-equal "an answer to an alias comes until demonitor" '((answer 1))
  (on-node
   (lambda ()
     (let ((ref (monitor (spawn for-ever) 'alias)))
       (send-reply ref '(answer 1))
       (demonitor ref)
       (send-reply ref '(answer 2))
       (flush)))))

;; ---- tasks that end otherwise

(test-equal "a process whose task is cancelled ends with that reason" 'enough
  (on-node
   (lambda ()
     (let* ((me (self)) (task #f)
            (p (spawn (lambda () (! me (task-current)) (for-ever)))) (ref (monitor p)))
       (receive (t (task-cancel t 'enough)))
       (receive (('DOWN (== ref) _ _ reason) reason))))))
(test-equal "a plain task that became a process is watched as well" '(normal (oops))
  (on-node
   (lambda ()
     (let ((me (self)))
       (define (watched thunk)
         (task-spawn (lambda () (! me (self)) (sleep 5) (thunk)))
         (let ((ref (receive ((? process? p) (monitor p)))))
           (receive (('DOWN (== ref) _ _ reason) reason))))
       (let* ((a (watched (lambda () #t))) (b (watched (lambda () (raise 'oops))))) (list a b))))))

(test-end "erlang signals")

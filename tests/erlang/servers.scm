;; gen-server and supervisors (E62 to E77), in virtual time.
(import (scheme base) (scheme cxr) (fermata erlang) (fermata match) (fermata sched) (srfi 64))

(test-begin "erlang servers")

(define (on-node thunk . options)
  (let* ((s (apply make-scheduler 'clock 'virtual 'on-error 'keep options))
         (t (task-spawn s (lambda () (crash-reporter! (lambda (report) #f)) (thunk)))))
    (scheduler-run s)
    (task-join t)))
(define (flush) (receive (m (cons m (flush))) (after 0 '())))
(define (reason-of thunk)
  (let-values (((p ref) (spawn-monitor thunk)))
    (receive (('DOWN (== ref) 'process _ reason) reason))))
(define (for-ever) (receive ('never 'never)))
(define (ok-process result) (match result (('ok p) p)))
(define (now-ms) (exact (round (* 1000 (clock-now)))))

;; A counter that tells `log` of its end.
(define (counter log)
  (make-module
   'init (lambda (n) (list 'ok n))
   'handle-call (lambda (request from n)
                  (match request
                    ('get (list 'reply n n))
                    (('add k) (list 'reply 'ok (+ n k)))
                    (('slow ms) (sleep ms) (list 'reply 'late n))
                    ('later (spawn (lambda () (sleep 10) (gen-reply from 'at-last))) (list 'noreply n))
                    ('stop (list 'stop 'enough n))
                    ('stop-and-say (list 'stop 'normal 'bye n))
                    ('crash (raise 'oops))
                    ('idle (list 'reply 'ok n 50))))
   'handle-cast (lambda (request n) (list 'noreply (+ n request)))
   'handle-info (lambda (message n) (log (list 'info message)) (list 'noreply n))
   'terminate (lambda (reason n) (log (list 'terminate (if (pair? reason) (car reason) reason) n)))
   'code-change (lambda (old n extra) (list 'ok (+ n extra)))))
(define (log-to p) (lambda (m) (! p m)))
(define (start-counter . options)
  (ok-process (apply gen-server-start (counter (log-to (self))) 1 options)))

(test-equal "E62 a call returns the reply" '(1 ok 3)
  (on-node
   (lambda ()
     (let* ((s (start-counter)) (a (gen-server-call s 'get)) (b (gen-server-call s '(add 2))))
       (list a b (gen-server-call s 'get))))))
(test-equal "E62 past its limit it exits" '(timeout 100)
  (on-node
   (lambda ()
     (let* ((s (start-counter)) (start (now-ms)))
       (match (catch (gen-server-call s '(slow 1000) 100))
         (('EXIT (reason call)) (list reason (- (now-ms) start))))))))
(test-equal "a late reply comes to nobody" '()
  (on-node
   (lambda ()
     (let ((s (start-counter)))
       (catch (gen-server-call s '(slow 1000) 100))
       (sleep 2000)
       (flush)))))
(test-equal "E62 a server that has ended, a name that nobody has" '(noproc noproc)
  (on-node
   (lambda ()
     (let ((s (spawn (lambda () #t))))
       (sleep 1)
       (map (lambda (server)
              (match (catch (gen-server-call server 'get)) (('EXIT (reason call)) reason)))
            (list s 'nobody))))))
(test-equal "a server that ends during the call" 'oops
  (on-node
   (lambda ()
     (match (catch (gen-server-call (start-counter) 'crash))
       (('EXIT (((and reason 'oops) . trace) call)) reason)))))
(test-equal "E63 a cast to one that has ended" '(ok ok)
  (on-node
   (lambda ()
     (let ((s (spawn (lambda () #t))))
       (sleep 1)
       (list (gen-server-cast s 1) (gen-server-cast 'nobody 1))))))
(test-equal "casts are served before the call that follows" 11
  (on-node (lambda () (let ((s (start-counter))) (gen-server-cast s 10) (gen-server-call s 'get)))))
(test-equal "E64 a stop: terminate is called with the reason, the caller exits with it"
  '(enough ((terminate enough 1)))
  (on-node
   (lambda ()
     (let* ((s (start-counter))
            (reason (match (catch (gen-server-call s 'stop)) (('EXIT (reason call)) reason))))
       (list reason (flush))))))
(test-equal "a stop with a reply" '(bye ((terminate normal 1)))
  (on-node
   (lambda ()
     (let* ((s (start-counter)) (a (gen-server-call s 'stop-and-say)))
       (sleep 1)
       (list a (flush))))))
(test-equal "terminate is called after an error" '((terminate oops 1))
  (on-node (lambda () (catch (gen-server-call (start-counter) 'crash)) (sleep 1) (flush))))
(test-equal "a reply that comes later from elsewhere" 'at-last
  (on-node (lambda () (gen-server-call (start-counter) 'later))))
(test-equal "other messages, and the timeout of a callback" '((info hello) (info timeout))
  (on-node
   (lambda ()
     (let ((s (start-counter)))
       (! s 'hello)
       (gen-server-call s 'idle)
       (sleep 100)
       (flush)))))
(test-equal "E66 init: stop, error, ignore" '((error why) (error why) ignore)
  (on-node
   (lambda ()
     (map (lambda (result) (gen-server-start (make-module 'init (lambda (arg) result)) #f))
          '((stop why) (error why) ignore)))))
(test-equal "init that raises" 'oops
  (on-node
   (lambda ()
     (match (gen-server-start (make-module 'init (lambda (arg) (raise 'oops))) #f)
       (('error (reason . trace)) reason)))))
(test-equal "E66 a name that is taken" #t
  (on-node
   (lambda ()
     (let ((s (start-counter 'name 'counter)))
       (match (gen-server-start (counter list) 1 'name 'counter)
         (('error ('already-started p)) (eq? p s)))))))
(test-equal "a server by its name" 1
  (on-node (lambda () (start-counter 'name 'counter) (gen-server-call 'counter 'get))))
(test-equal "init that takes too long" '(error timeout)
  (on-node
   (lambda () (gen-server-start (make-module 'init (lambda (arg) (sleep 1000))) #f 'timeout 10))))
(test-equal "gen-server-stop" '(ok ((terminate normal 1)) #f)
  (on-node
   (lambda ()
     (let* ((s (start-counter)) (a (gen-server-stop s)))
       (list a (flush) (process-alive? s))))))
(test-equal "a server that traps ends with its parent" '((terminate shutdown 1))
  (on-node
   (lambda ()
     (let* ((me (self))
            (module (make-module
                     'init (lambda (n) (process-flag 'trap-exit #t) (list 'ok n))
                     'terminate (lambda (reason n) (! me (list 'terminate reason n))))))
       (reason-of (lambda () (gen-server-start-link module 1) (exit 'shutdown)))
       (sleep 1)
       (flush)))))
(test-equal "continue comes before the first message" '(first second)
  (on-node
   (lambda ()
     (let* ((module (make-module
                     'init (lambda (arg) (list 'ok '() '(continue first)))
                     'handle-continue (lambda (term state) (list 'noreply (cons term state)))
                     'handle-call (lambda (request from state)
                                    (list 'reply (reverse (cons request state)) state))))
            (s (ok-process (gen-server-start module #f))))
       (gen-server-call s 'second)))))
(test-equal "what sys asks" '(1 7 7)
  (on-node
   (lambda ()
     (let* ((s (start-counter)) (a (sys-get-state s))
            (b (sys-replace-state s (lambda (n) (+ n 6)))))
       (list a b (gen-server-call s 'get))))))

;; ---- supervisors

(define (worker name . more)
  (apply child-spec 'id name
         'start (lambda ()
                  (let ((p (spawn-link (lambda ()
                                         (receive (('die reason) (exit reason)))))))
                    (if (not (eq? (whereis name) 'undefined)) (unregister name))
                    (register name p)
                    (list 'ok p)))
         more))
(define (supervised strategy specs . options)
  (process-flag 'trap-exit #t)
  (ok-process (apply supervisor-start-link 'strategy strategy 'children specs 'intensity 10 options)))
;; Which of a, b, c are other processes after `name` ended with the reason.
(define (changed-after strategy name reason . restart)
  (on-node
   (lambda ()
     (let ((sup (supervised strategy
                            (map (lambda (id) (apply worker id (if (pair? restart) (list 'restart (car restart)) '())))
                                 '(a b c)))))
       (let ((before (map whereis '(a b c))))
         (! name (list 'die reason))
         (sleep 10)
         (map (lambda (old new) (if (eq? old new) 'same (if (process? new) 'new 'gone)))
              before (map whereis '(a b c))))))))

(for-each
 (lambda (row)
   (test-equal (string-append "E70 " (symbol->string (car row)) ", " (symbol->string (cadr row)))
     (list 'same (list-ref row 2) 'same)
     (changed-after 'one-for-one 'b (cadr row) (car row))))
 '((permanent bad new) (permanent normal new) (permanent shutdown new)
   (transient bad new) (transient normal gone) (transient shutdown gone)
   (temporary bad gone) (temporary normal gone)))
(test-equal "E70 (shutdown why) counts as normal" '(same gone same)
  (changed-after 'one-for-one 'b '(shutdown why) 'transient))
(test-equal "E71 one-for-one" '(same new same) (changed-after 'one-for-one 'b 'bad))
(test-equal "E72 one-for-all" '(new new new) (changed-after 'one-for-all 'b 'bad))
(test-equal "E73 rest-for-one" '(same new new) (changed-after 'rest-for-one 'b 'bad))

(test-equal "E74 simple-one-for-one: add, count, terminate one, restart with its arguments"
  '((1 3) ok (1 2) (x z2))
  (on-node
   (lambda ()
     (let* ((me (self))
            (spec (child-spec 'id 'any 'start
                              (lambda (name)
                                (list 'ok (spawn-link (lambda ()
                                                        (! me name)
                                                        (receive (('die reason) (exit reason)))))))))
            (sup (supervised 'simple-one-for-one (list spec)))
            (add (lambda (name) (ok-process (supervisor-start-child sup (list name)))))
            (counts (lambda ()
                      (let ((all (supervisor-count-children sup)))
                        (list (cdr (assq 'specs all)) (cdr (assq 'active all))))))
            (x (add 'x)) (y (add 'y)) (z (add 'z2)))
       (let* ((a (counts)) (b (supervisor-terminate-child sup y)) (c (counts)))
         (sleep 1)
         (flush)
         (exit x 'kill)
         (exit z 'bad)
         (sleep 10)
         (list a b c (let ((restarted (flush))) (if (memq 'x restarted) '(x z2) restarted))))))))

(test-equal "E75 too many restarts: children end, the supervisor exits shutdown" '(shutdown undefined)
  (on-node
   (lambda ()
     (process-flag 'trap-exit #t)
     (let ((sup (ok-process (supervisor-start-link 'intensity 2 'period 5
                                                   'children (list (worker 'w) (worker 'v))))))
       (do ((i 0 (+ i 1))) ((= i 3)) (! 'w '(die bad)) (sleep 10))
       (let ((reason (receive (('EXIT (== sup) reason) reason))))
         (list reason (whereis 'v)))))))
(test-equal "E75 as many, but not within the period" #t
  (on-node
   (lambda ()
     (let ((sup (supervised 'one-for-one (list (worker 'w)) 'intensity 2)))
       (do ((i 0 (+ i 1))) ((= i 9)) (! 'w '(die bad)) (sleep 4000))
       (process-alive? sup)))))
(test-equal "E77 the same id again, deleting, restarting"
  '(already-started running ok already-present #t ok not-found)
  (on-node
   (lambda ()
     (let* ((sup (supervised 'one-for-one (list (worker 'w)))))
       (let* ((a (caadr (supervisor-start-child sup (worker 'w))))
              (b (cadr (supervisor-delete-child sup 'w)))
              (c (supervisor-terminate-child sup 'w))
              (d (cadr (supervisor-start-child sup (worker 'w))))
              (e (process? (cadr (supervisor-restart-child sup 'w)))))
         (supervisor-terminate-child sup 'w)
         (let* ((f (supervisor-delete-child sup 'w)) (g (cadr (supervisor-delete-child sup 'w))))
           (list a b c d e f g)))))))

(define (stubborn ms log)
  (child-spec 'id 'stubborn 'shutdown ms
              'start (lambda ()
                       (list 'ok (spawn-link
                                  (lambda ()
                                    (process-flag 'trap-exit #t)
                                    (receive (('EXIT _ reason) (log reason)))
                                    (sleep 1000)
                                    (log 'cleaned)))))))
(for-each
 (lambda (row)
   (test-equal "kinds of shutdown: milliseconds, infinity, brutal-kill" (cdr row)
     (on-node
      (lambda ()
        (let* ((me (self)) (sup (supervised 'one-for-one (list (stubborn (car row) (lambda (m) (! me m))))))
               (start (now-ms)))
          (sleep 1)
          (supervisor-terminate-child sup 'stubborn)
          (list (flush) (- (now-ms) start 1)))))))
 '((2000 (shutdown cleaned) 1000) (100 (shutdown) 100) (infinity (shutdown cleaned) 1000)
   (brutal-kill () 0)))
(test-equal "children end in reverse order with the supervisor" '(c b a)
  (on-node
   (lambda ()
     (let* ((me (self))
            (sup (supervised 'one-for-one
                             (map (lambda (id)
                                    (child-spec 'id id 'start
                                                (lambda ()
                                                  (list 'ok (spawn-link
                                                             (lambda ()
                                                               (process-flag 'trap-exit #t)
                                                               (receive (('EXIT _ _) (! me id)))))))))
                                  '(a b c)))))
       (sleep 1)
       (supervisor-stop sup)
       (receive (('EXIT _ _) #t))
       (flush)))))
(test-equal "a child that cannot be started ends those before it"
  '(error (shutdown (failed-to-start-child bad nope)))
  (on-node
   (lambda ()
     (process-flag 'trap-exit #t)
     (supervisor-start-link 'children (list (worker 'w) (child-spec 'id 'bad 'start (lambda () '(error nope))))))))
(test-equal "a server of servers" '(1 11 #t 1)
  (on-node
   (lambda ()
     (supervised 'one-for-one
                 (list (child-spec 'id 'counter 'start
                                   (lambda () (gen-server-start-link (counter list) 1 'name 'counter)))))
     (let* ((a (gen-server-call 'counter 'get)))
       (gen-server-cast 'counter 10)
       (let* ((b (gen-server-call 'counter 'get)) (old (whereis 'counter)))
         (catch (gen-server-call 'counter 'crash))
         (sleep 10)
         (list a b (not (eq? old (whereis 'counter))) (gen-server-call 'counter 'get)))))))

(test-end "erlang servers")

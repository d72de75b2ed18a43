;; A supervisor over a supervisor, a server and workers that crash: a tree of processes that
;; tells its host what becomes of it.
(import (scheme base) (except (fermata erlang) exit)
        (rename (only (fermata erlang) exit) (exit exit-process))
        (fermata match) (only (fermata sched) host-event!))

(define (tell . parts) (host-event! (apply string-append parts)))
(define (number n) (number->string n))
(crash-reporter! (lambda (report) #f))

(define counter
  (make-module
   'init (lambda (n) (list 'ok n))
   'handle-call (lambda (request from n)
                  (match request
                    ('next (list 'reply n (+ n 1)))
                    ('fail (list 'stop 'asked-to n))))))

(define (worker name)
  (lambda ()
    (let ((p (spawn-link
              (lambda ()
                (let loop ()
                  (receive
                    (('double n from) (! from (list name (* 2 n))) (loop))
                    ('crash (exit-process 'crashed))))))))
      (register name p)
      (list 'ok p))))

(define (start-workers)
  (supervisor-start-link
   'strategy 'one-for-all
   'children (list (child-spec 'id 'left 'start (worker 'left))
                   (child-spec 'id 'right 'start (worker 'right)))))

(process-flag 'trap-exit #t)
(define top
  (match (supervisor-start-link
          'strategy 'one-for-one 'intensity 10
          'children
          (list (child-spec 'id 'counter
                            'start (lambda () (gen-server-start-link counter 10 'name 'counter)))
                (child-spec 'id 'workers 'start start-workers 'type 'supervisor)))
    (('ok p) p)))

(define (double name n)
  (! name (list 'double n (self)))
  (receive (((== name) v) v)))
(define (next) (number (gen-server-call 'counter 'next)))

(tell "doubled " (number (double 'left 4)) " " (number (double 'right 5)))
(tell "counted " (next) " " (next))

;; One worker takes the other one along, and both come back; the counter goes on.
(let ((left (whereis 'left)) (right (whereis 'right)))
  (let ((ref (monitor right)))
    (! 'left 'crash)
    (receive (('DOWN (== ref) 'process _ reason) (tell "right ended: " (symbol->string reason))))
    (let wait ()
      (if (or (memq (whereis 'left) (list left 'undefined))
              (memq (whereis 'right) (list right 'undefined)))
          (begin (sleep 1) (wait))))))
(tell "doubled " (number (double 'left 6)) " " (number (double 'right 7)))
(tell "counted " (next))

;; A call that ends the server ends with its reason; the next one finds a new server.
(tell (match (catch (gen-server-call 'counter 'fail))
        (('EXIT (reason _)) (symbol->string reason))))
(let wait () (if (eq? (whereis 'counter) 'undefined) (begin (sleep 1) (wait))))
(tell "counted " (next))

(receive (('never) #f) (after 3 (tell "nothing came")))
(supervisor-stop top)
(receive (('EXIT (== top) reason) (tell "the tree ended: " (symbol->string reason))))
(tell "left " (if (eq? (whereis 'left) 'undefined) "nobody" "somebody"))
(tell "end")

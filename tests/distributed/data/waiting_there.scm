;; Nodes at a peer that wait there for people, on a bad network, see network.scm. To be included.
;;
;; (try-waiting count seed): so many flows at a, each of which acts, calls the node `clerk` at b and
;; acts. The node acts, waits for an answer that is given at b, acts, waits for a signal, acts. Meanwhile
;; either side lets go of what it has in memory, or is started anew: with a new key, and no memory of
;; messages. One flow in eight is cancelled at some time. A list: how many did not come to their
;; end, how many acts were not done as often as they should, how many nodes wait for nobody, how
;; many tasks and owners waited for a node, and whether enough was evicted.
;;
;; (forgetful? #t) is the control: b forgets each node that has ended, and people are quick, so
;; that calls are still under way then.
(include "scenes.scm")

(define-remote-node (clerk n)
  (step 'opened (lambda () (act! n 0)))
  (let ((answer (suspend 'clerk)))
    (step 'noted (lambda () (act! n 1)))
    (let ((stamp (await-signal 'stamp)))
      (step 'stamped (lambda () (act! n 2)))
      (list n answer stamp))))
(define called #f)     ; what the callers did after the call, by number
(defflow application
  (lambda (n)
    (let ((paper (step 'filled-in (lambda () n))))
      (let ((got ((remote-node 'b 'clerk) paper)))
        (step 'filed (lambda () (vector-set! called n (+ 1 (vector-ref called n)))))
        (cons 'got got)))))

(define a #f)
(define b #f)
(define forgetful? (make-parameter #f))
(define (to-a bytes deliver) (bad-network bytes deliver))
(define (to-b bytes deliver)
  (bad-network bytes
               (lambda (bytes)
                 (let ((answer (deliver bytes)))
                   (if (forgetful?) (at b (flow/purge 0)))
                   answer))))
(define (start-anew! name)
  (at a (flow-evict!))
  (case name
    ((a) (flow-peer-register! 'a 'store a 'transport to-a))
    (else (flow-peer-register! 'b 'store b 'transport to-b))))

(define (status id) (at a (flow/status id)))
(define (cancelled? n) (= (modulo n 8) 7))
(define (over? n id) (memq (status id) '(finished cancelled)))

;; A flow whose node waits at b is run by nobody at a, and no task waits for it.
(define held 0)
(define (node-of id) (string->symbol (string-append "a/" (symbol->string id) "/0#3")))
(define (see-who-is-held! count)
  (let ((waiting (nodes)))
    (set! held (+ held
                  (length (cdr (scheduler-tasks)))
                  (count-flows count
                    (lambda (n id) (and (eq? (status id) 'running)
                                        (memq (node-of id) waiting))))))))

(define (nodes) (at b (map car (flow/list 'name 'clerk 'status 'suspended))))
(define (attend! id)
  (at b
    (if (one-in (if (forgetful?) 4 25))
        (unless-refused
         (lambda ()
           (if (equal? (flow/waiting id) '(clerk)) (flow/resume id 'clerk 'yes)))))
    ;; A signal may come early, and twice.
    (if (one-in (if (forgetful?) 4 25))
        (unless-refused (lambda () (flow/signal id 'stamp 'blue "stamp"))))))

(define (disturb! count)
  (if (one-in 4) (begin (set! evicted (+ evicted 1)) (flow-evict!)))
  (if (one-in 15) (start-anew! 'a))
  (if (one-in 15) (start-anew! 'b))
  (each-flow count
    (lambda (n id)
      (if (and (cancelled? n) (one-in 60))
          (unless-refused (lambda () (at a (flow/cancel id))))))))
(define evicted 0)

(define (try-waiting count seed)
  (begin-seed! seed count)
  (set! called (make-vector count 0))
  (set! held 0)
  (set! evicted 0)
  (set! a (open-flow-store "memory:"))
  (set! b (open-flow-store "memory:"))
  (use-flow-store! a)
  (start-anew! 'a)
  (start-anew! 'b)
  (virtually
   (lambda ()
     (each-flow count (lambda (n id) (flow/start application n 'id id)))
     (let round ((left 1000))
       (disturb! count)
       (for-each attend! (nodes))
       (at a (flow/work 'once #t))
       (at b (flow/work 'once #t))
       (see-who-is-held! count)
       (task-sleep 1)
       (if (and (> left 0)
                (or (< (count-flows count over?) count) (pair? (nodes))))
           (round (- left 1))))))
  (list (count-flows count
          (lambda (n id)
            (not (if (cancelled? n)
                     (over? n id)
                     (equal? (unless-refused (lambda () (at a (flow/result id))))
                             (list 'got n 'yes 'blue))))))
        (count-flows count
          (lambda (n id)
            (define (wrong? times) (if (cancelled? n) (> times 1) (not (= times 1))))
            (or (wrong? (times-acted n 0)) (wrong? (times-acted n 1)) (wrong? (times-acted n 2))
                (wrong? (vector-ref called n)))))
        (length (nodes))
        held
        (> evicted 10)))

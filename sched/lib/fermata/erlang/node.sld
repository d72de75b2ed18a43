;; Several nodes in one engine, with connections between them that can be slow, full, lost.
;;
;; What one process does to another one of another node travels on a connection, in order.
;; A process of such a node has a gate in its mailbox, where every signal for it arrives.
;; The nodes share memory, so messages are not written out; what is modelled is what
;; programs have to cope with: delay, loss of the connection, a partner that fell silent.
(define-library (fermata erlang node)
  (export make-node connect-nodes disconnect-nodes nodes monitor-node
          freeze-node! stop-node!)
  (import (scheme base) (fermata sched) (fermata erlang bag)
          (fermata erlang process) (fermata erlang fields) (fermata erlang reason)
          (fermata erlang mailbox))
  (begin

    ;; One for both directions.
    (define-record-type <connection>
      (make-connection a b latency limit tick open? lanes watchers)
      connection?
      (a connection-a)
      (b connection-b)
      (latency connection-latency)            ; seconds
      (limit connection-limit)                ; signals under way before senders wait
      (tick connection-tick)                  ; seconds of silence that mean loss, or #f
      (open? connection-open? set-connection-open!)
      (lanes connection-lanes set-connection-lanes!)           ; towards b, towards a
      (watchers connection-watchers set-connection-watchers!)) ; list of (process . node)

    (define-record-type <lane>
      (make-lane first last count carrier room heard)
      lane?
      (first lane-first)                      ; a cell that holds nothing
      (last lane-last set-lane-last!)
      (count lane-count set-lane-count!)
      (carrier lane-carrier)                  ; where its task waits for signals
      (room lane-room)                        ; where senders wait
      (heard lane-heard set-lane-heard!))     ; when something came, ns

    ;; All of them; frozen nodes neither send nor hear.
    (define connections '())
    (define frozen '())

    ;;> (make-node name)
    ;;> A node of the current scheduler, for spawn-on. It is connected to no other one.
    (define (make-node name)
      (let ((node (new-node name (current-scheduler))))
        (set-node-gate! node (gate-of node))
        (set-name-resolver! send-to)
        node))

    (define (check-node who obj)
      (if (not (node? obj)) (refuse who 'badarg obj)))

    (define (between? c a b)
      (or (and (eq? (connection-a c) a) (eq? (connection-b c) b))
          (and (eq? (connection-a c) b) (eq? (connection-b c) a))))
    (define (find-connection a b)
      (let loop ((rest connections))
        (cond ((null? rest) #f)
              ((between? (car rest) a b) (car rest))
              (else (loop (cdr rest))))))
    (define (lane-towards c node)
      ((if (eq? node (connection-b c)) car cdr) (connection-lanes c)))

    ;;> (connect-nodes a b option value ...)
    ;;> Connects two nodes. Options: latency, in ms; limit, how many signals may be under
    ;;> way in one direction before senders wait; tick, how many seconds of silence mean
    ;;> that the other node is lost.
    (define (connect-nodes a b . options)
      (define (option name default)
        (let ((found (memq name options))) (if found (cadr found) default)))
      (check-node "connect-nodes" a)
      (check-node "connect-nodes" b)
      (if (not (find-connection a b))
          (let ((c (make-connection a b (/ (option 'latency 0) 1000) (option 'limit 1000)
                                    (option 'tick #f) #t #f '())))
            ;; A node that was there before others were made has no gate yet.
            (for-each (lambda (node) (if (not (node-gate node)) (put-gates! node)))
                      (list a b))
            (set-connection-lanes! c (cons (open-lane c b) (open-lane c a)))
            (set! connections (cons c connections))
            (if (connection-tick c) (task-spawn (lambda () (keep-ticking c)))))))

    (define (put-gates! node)
      (let ((gate (gate-of node)))
        (turn-hold!)
        (set-node-gate! node gate)
        (for-each (lambda (task)
                    (let ((p (task-process task)))
                      (if (and p (eq? (process-node p) node))
                          (set-mailbox-gate! (process-mailbox p) gate))))
                  (scheduler-tasks (node-scheduler node)))
        (turn-release!)))

    ;; ---- lanes

    (define (open-lane c to)
      (let* ((cell (list 'lane))
             (lane (make-lane cell cell 0 (make-waitq 'connection) (make-waitq 'connection)
                              (clock-now-ns))))
        (task-spawn (lambda () (carry c lane to)))
        lane))

    (define (carry c lane to)
      (let ((ticket (wait-open)))
        (waitq-add! (lane-carrier lane) ticket #f)
        (if (pair? (cdr (lane-first lane))) (wait-close) (wait-park (lane-carrier lane))))
      (if (connection-open? c)
          (begin
            (if (> (connection-latency c) 0) (task-sleep (connection-latency c)))
            (if (connection-open? c) (deliver-all! c lane to))
            (carry c lane to))))

    ;; Everything that is under way; a frozen node hears nothing.
    (define (deliver-all! c lane to)
      (let ((cell (cdr (lane-first lane))))
        (if (and (pair? cell) (connection-open? c))
            (begin
              (turn-hold!)
              (set-cdr! (lane-first lane) (cdr cell))
              (if (null? (cdr cell)) (set-lane-last! lane (lane-first lane)))
              (set-lane-count! lane (- (lane-count lane) 1))
              (if (not (memq to frozen))
                  (begin (set-lane-heard! lane (clock-now-ns)) ((car cell))))
              (waitq-give! (lane-room lane) #t)
              (turn-release!)
              (deliver-all! c lane to)))))

    (define (put-on! lane signal)
      (let ((cell (list signal)))
        (turn-hold!)
        (set-cdr! (lane-last lane) cell)
        (set-lane-last! lane cell)
        (set-lane-count! lane (+ (lane-count lane) 1))
        (waitq-give! (lane-carrier lane) #t)
        (turn-release!)))

    ;; What a message for a process of the node does: within the node it arrives at once.
    ;; Senders of messages wait while the lane is full; other signals do not.
    (define (gate-of node)
      (lambda (from signal may-wait?)
        (let ((here (or from (node-self))))
          (if (eq? here node)
              (signal)
              (let ((c (find-connection here node)))
                (if (and c (not (memq here frozen)))
                    (let ((lane (lane-towards c node)))
                      (if may-wait? (wait-for-room c lane))
                      (if (connection-open? c) (put-on! lane signal)))))))))

    (define (wait-for-room c lane)
      (if (and (connection-open? c) (>= (lane-count lane) (connection-limit c)))
          (let ((ticket (wait-open)))
            (waitq-add! (lane-room lane) ticket #f)
            (if (>= (lane-count lane) (connection-limit c))
                (wait-park (lane-room lane))
                (wait-close))
            (wait-for-room c lane))))

    ;; ---- ticks: who is not heard for the time is lost

    (define (keep-ticking c)
      (let ((quarter (/ (connection-tick c) 4)) (a (connection-a c)) (b (connection-b c)))
        (let loop ()
          (task-sleep quarter)
          (if (connection-open? c)
              (let ((oldest (- (clock-now-ns)
                               (exact (round (* 1000000000 (connection-tick c)))))))
                (for-each (lambda (from to)
                            (if (not (memq from frozen))
                                (put-on! (lane-towards c to) (lambda () #t))))
                          (list a b) (list b a))
                (task-yield)
                (if (or (< (lane-heard (lane-towards c a)) oldest)
                        (< (lane-heard (lane-towards c b)) oldest))
                    (lose! c)
                    (loop)))))))

    ;;> (freeze-node! node)
    ;;> From now on it neither sends nor hears anything, as if its power was gone.
    (define (freeze-node! node) (set! frozen (cons node frozen)))

    ;; ---- losing a connection

    ;;> (disconnect-nodes a b)
    ;;> Ends the connection; what is under way is lost, links and monitors across see
    ;;> noconnection.
    (define (disconnect-nodes a b)
      (let ((c (find-connection a b)))
        (if c (lose! c))
        (and c #t)))

    (define (lose! c)
      (let ((a (connection-a c)) (b (connection-b c)))
        (set! connections (let without ((rest connections))
                            (if (eq? (car rest) c)
                                (cdr rest)
                                (cons (car rest) (without (cdr rest))))))
        (set-connection-open! c #f)
        (for-each (lambda (lane)
                    (waitq-give-all! (lane-carrier lane) #t)
                    (waitq-give-all! (lane-room lane) #t))
                  (list (car (connection-lanes c)) (cdr (connection-lanes c))))
        (for-each (lambda (w) (tell-nodedown (car w) (cdr w)))
                  (reverse (connection-watchers c)))
        (for-each (lambda (p)
                    (cond ((eq? (process-node p) a) (break-ties! p b))
                          ((eq? (process-node p) b) (break-ties! p a))))
                  (node-processes))))

    (define (tell-nodedown p node)
      (if (process-alive? p)
          (deliver! (process-mailbox p) (list 'nodedown (node-name node)))))

    (define (node-processes)
      (let loop ((tasks (scheduler-tasks)) (found '()))
        (if (null? tasks)
            found
            (let ((p (task-process (car tasks))))
              (loop (cdr tasks) (if (and p (process-alive? p)) (cons p found) found))))))

    (define (break-ties! p lost)
      (in-held-turn
       (lambda ()
         (bag-for-each (lambda (ref target)
                         (if (eq? (process-node target) lost)
                             (begin (forget-watcher! ref) (down-here! ref 'noconnection))))
                       (process-watching p))
         (for-each (lambda (q)
                     (if (eq? (process-node q) lost)
                         (begin
                           (set-process-links! p (bag-drop (process-links p) q))
                           (exit-signal! p q 'noconnection #t))))
                   (bag-keys (process-links p))))))

    ;;> (nodes node)
    ;;> The names of the nodes it is connected to.
    (define (nodes node)
      (let loop ((rest connections) (found '()))
        (cond ((null? rest) (reverse found))
              ((eq? (connection-a (car rest)) node)
               (loop (cdr rest) (cons (node-name (connection-b (car rest))) found)))
              ((eq? (connection-b (car rest)) node)
               (loop (cdr rest) (cons (node-name (connection-a (car rest))) found)))
              (else (loop (cdr rest) found)))))

    ;;> (monitor-node node on)
    ;;> With #t has the message (nodedown name) sent once when the connection to the node is
    ;;> lost, at once when there is none; with #f takes one such wish back.
    (define (monitor-node node on)
      (let ((c (find-connection (node-self) node)) (wish (cons (self) node)))
        (cond ((and c on)
               (set-connection-watchers! c (cons wish (connection-watchers c))))
              (c (set-connection-watchers! c (without wish (connection-watchers c))))
              (on (tell-nodedown (self) node)))
        #t))
    (define (without wish wishes)
      (cond ((null? wishes) '())
            ((equal? (car wishes) wish) (cdr wishes))
            (else (cons (car wishes) (without wish (cdr wishes))))))

    ;;> (stop-node! node)
    ;;> Ends its processes and its connections.
    (define (stop-node! node)
      (for-each (lambda (p)
                  (if (and (eq? (process-node p) node) (not (eq? p (self))))
                      (in-held-turn (lambda () (kill! p 'killed)))))
                (node-processes))
      (for-each (lambda (c)
                  (if (or (eq? (connection-a c) node) (eq? (connection-b c) node))
                      (lose! c)))
                connections))

    ;; (name node): the name is looked up where the message arrives.
    (define (send-to to)
      (and (list? to) (= (length to) 2) (symbol? (car to)) (node? (cadr to))
           (lambda (message)
             (let ((node (cadr to)))
               (define (arrive)
                 (let ((p (find-name node (car to))))
                   (if (and p (process-alive? p)) (deliver! (process-mailbox p) message))))
               (if (node-gate node) ((node-gate node) #f arrive #t) (arrive))))))))

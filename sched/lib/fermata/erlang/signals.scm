;; Links, monitors, exit signals.  Each procedure with ! requires a held turn.

;; Signals to a process behind a gate take the way of its node's connection.
(define (pass from p signal)
  (let ((gate (mailbox-gate (process-mailbox p))))
    (if gate (gate (process-node from) signal #f) (signal))))

(define (message! p message) (deliver! (process-mailbox p) message))

(define (exit-signal! p from reason linked?)
  (cond ((not (process-alive? p)) #f)
        ((and (eq? reason 'kill) (not linked?)) (kill! p 'killed))
        ((process-trap? p) (message! p (list 'EXIT from reason)))
        ((and (eq? reason 'normal) (not (eq? p from))) #f)
        (else (kill! p reason))))

;; ---- links

(define (join-links! p q)
  (set-process-links! p (bag-put (process-links p) q #t))
  (set-process-links! q (bag-put (process-links q) p #t)))

;;> (link process)
;;> From now on an exit of one of the two is signalled to the other.
(define (link q)
  (check-process "link" q)
  (let ((p (self)))
    (cond ((eq? p q) #t)
          ((process-alive? q)
           (in-held-turn
            (lambda ()
              (if (process-alive? q)
                  (join-links! p q)
                  (exit-signal! p q 'noproc #t))))
           #t)
          ((process-trap? p) (message! p (list 'EXIT q 'noproc)) #t)
          (else (refuse "link" 'noproc q)))))

;;> (unlink process)
;;> Ends the link, if there is one.
(define (unlink q)
  (check-process "unlink" q)
  (let ((p (self)))
    (in-held-turn
     (lambda ()
       (set-process-links! p (bag-drop (process-links p) q))
       (set-process-links! q (bag-drop (process-links q) p))))
    #t))

;; ---- monitors: the target is a process, what was asked for is it or (name node)

(define (watch! p target asked alias?)
  (let ((ref (make-reference (next-id) (if alias? 'alias 'monitor) p target asked)))
    (note-reference! (process-mailbox p) ref)
    (set-process-watching! p (bag-put (process-watching p) ref target))
    (set-process-watchers! target (bag-put (process-watchers target) ref p))
    ref))

;; Of a reference whose target does not exist.
(define (watch-nobody p asked alias?)
  (let ((ref (make-reference (next-id) (if alias? 'alias 'monitor) p #f asked)))
    (message! p (list 'DOWN ref 'process asked 'noproc))
    ref))

;;> (monitor target ['alias])
;;> A reference. When the target, a process or a registered name, ends or does not exist,
;;> the message (DOWN reference process target reason) comes. With alias, answers sent to
;;> the reference by send-reply reach this process until then or until demonitor.
(define (monitor target 1 . options)
  (let* ((p (self))
         (alias? (and (memq 'alias options) #t))
         (named? (symbol? target))
         (q (if named? (find-name (process-node p) target) target))
         (asked (if named? (list target (node-name (process-node p))) target)))
    (if (not named?) (check-process "monitor" q))
    (turn-hold!)
    (let ((ref (cond ((eq? p q) (make-ref))
                     ((and q (process-alive? q)) (watch! p q asked alias?))
                     (else (watch-nobody p asked alias?)))))
      (turn-release!)
      ref)))

(define (forget-watcher! ref)
  (let ((target (reference-target ref)))
    (if target
        (begin
          (set-reference-target! ref #f)
          (set-process-watchers! target
                                 (bag-drop (process-watchers target) ref))))))

;; The monitor ends; whether it was one until now.
(define (end-watch! ref)
  (let ((owner (reference-owner ref)))
    (and (reference-target ref)
         (begin
           (forget-watcher! ref)
           (set-process-watching! owner (bag-drop (process-watching owner) ref))
           #t))))

(define (report-down! p ref reason)
  (pass p (reference-owner ref) (lambda () (down-here! ref reason))))

;; The message reaches the owner, unless it has taken the monitor back.
(define (down-here! ref reason)
  (let ((owner (reference-owner ref)))
    (if (bag-ref (process-watching owner) ref #f)
        (begin
          (set-reference-target! ref #f)
          (set-process-watching! owner (bag-drop (process-watching owner) ref))
          (message! owner
                    (list 'DOWN ref 'process (reference-detail ref) reason))))))

;;> (demonitor reference ['flush] ['info])
;;> Ends a monitor; with flush, a DOWN that has come already is removed. With info the
;;> value says whether it was one.
(define (demonitor ref 2 . options)
  (if (not (reference? ref)) (refuse "demonitor" 'badarg ref))
  (let* ((monitor? (memq (reference-kind ref) '(monitor alias)))
         (was (and monitor? (in-held-turn (lambda () (end-watch! ref))))))
    (if (and monitor? (not (eq? (reference-owner ref) (self))))
        (refuse "demonitor" 'badarg ref))
    (if (and (memq 'flush options) (not was)) (flush-down! ref))
    (if (memq 'info options) was #t)))

;; For calls, without the options: a monitor with an alias on a process that is not this
;; one, and its end, after which neither a DOWN nor a reply comes.
(define (begin-call p)
  (let ((me (self)))
    (turn-hold!)
    (let ((ref (if (process-alive? p) (watch! me p p #t) (watch-nobody me p #t))))
      (turn-release!)
      ref)))
(define (end-call ref)
  (turn-hold!)
  (let ((was (end-watch! ref)))
    (turn-release!)
    (if (not was) (flush-down! ref))))

(define (flush-down! ref)
  (let ((box (%mailbox)))
    (let loop ((previous (mailbox-head box)))
      (let ((cell (cdr previous)))
        (cond ((null? cell) #f)
              ((let ((message (car cell)))
                 (and (pair? message) (eq? (car message) 'DOWN)
                      (pair? (cdr message)) (eq? (cadr message) ref)))
               (%take! box previous cell))
              (else (loop cell)))))))

;;> (send-reply reference message)
;;> Sends to whoever made the reference by (monitor target 'alias), as long as it is an
;;> alias; afterwards the message is dropped.
(define (send-reply ref message)
  (turn-hold!)
  (if (reference-target ref)
      (send (process-mailbox (reference-owner ref)) message))
  (turn-release!)
  message)

;; Mailboxes: sending, and what receive is made of.

;; Puts the message at the end and wakes the receiver: no call of a procedure within, so no
;; turn ends between two of the steps.
(define (deliver! p message)
  (let ((cell (list message)))
    (set-cdr! (process-tail p) cell)
    (set-process-tail! p cell)
    (set-process-count! p (+ (process-count p) 1))
    (if (process-parked? p)
        (begin
          (set-process-parked! p #f)
          (waitq-give! (process-queue p) #t)))))

;;> (! destination message)
;;> Sends the message to a process, to a registered name, or to (name node), and returns
;;> it. A process that has ended swallows it. Messages are shared, not copied: what will
;;> be changed afterwards has to be copied before.
(define (! to message)
  (if (process? to)
      (cond ((process-gate to) (pass to (lambda () (deliver-alive! to message))))
            ((process-alive? to) (deliver! to message)))
      (send-to-name to message))
  message)

(define (deliver-alive! p message)
  (if (process-alive? p) (deliver! p message)))

(define (find-name node name)
  (let ((found (assq name (cdr (node-names node)))))
    (and found (cdr found))))

;; How (name node) is found; set by what knows other nodes.
(define resolve-name (lambda (to) #f))
(define (set-name-resolver! proc) (set! resolve-name proc))

(define (send-to-name to message)
  (if (symbol? to)
      (let ((p (find-name (node-self) to)))
        (if p (deliver! p message) (refuse "!" 'badarg to)))
      (let ((send (resolve-name to)))
        (if send (send message) (refuse "!" 'badarg to)))))

;;> (make-ref)
;;> A reference that equals no other. A receive whose patterns all want it begins with the
;;> messages that came after it was made.
(define (make-ref)
  (let* ((p (self))
         (ref (make-reference (next-id) #f #f #f #f)))
    (set-process-marked! p ref)
    (set-process-mark! p (process-tail p))
    ref))

;; ---- receiving: a cell is passed over by its predecessor

(define (%first-cell p) (process-head p))

;; Every pattern wants the reference.
(define (%first-cell-for p ref)
  (if (and (eq? ref (process-marked p)) (reference? ref))
      (process-mark p)
      (process-head p)))

;; Takes the message in cell, which stands behind previous, out of the mailbox.
(define (%take! p previous cell)
  (let ((next (cdr cell)))
    (set-cdr! previous next)
    (if (null? next) (set-process-tail! p previous))
    (if (eq? cell (process-mark p)) (set-process-mark! p previous))
    (set-process-count! p (- (process-count p) 1))))

(define (queue-of! p)
  (set-process-queue! p (make-waitq 'mailbox)))

;; Waits until something stands behind previous.  Between the look and the wait there is no
;; call, so nothing comes in between.
(define (%park! p previous)
  (if (not (process-queue p)) (queue-of! p))
  (if (null? (cdr previous))
      (begin
        (set-process-parked! p #t)
        (waitq-park! (process-queue p)))))

(define (check-timeout ms)
  (if (not (and (exact-integer? ms) (<= 0 ms #xFFFFFFFF)))
      (refuse "receive" 'timeout-value ms)))

;; The same until the time `due`, #f when it is not known yet.  What it returns is the due
;; time, or #f when it has come and nothing else has.
(define (%park-until! p previous due ms)
  (cond ((eq? ms 'infinity) (%park! p previous) #t)
        ((eqv? ms 0) #f)
        ((not due)
         (check-timeout ms)
         (if (not (process-queue p)) (queue-of! p))
         (park-until p previous (+ (clock-now-ns) (* ms 1000000))))
        ((>= (clock-now-ns) due) #f)
        (else (park-until p previous due))))

(define (park-until p previous due)
  (let ((ticket (wait-open)))
    (if (null? (cdr previous))
        (let ((queue (process-queue p)))
          (set-process-parked! p #t)
          (waitq-add! queue ticket 'message)
          (timer-add! ticket 'time due)
          (wait-park queue)
          (set-process-parked! p #f)
          (and (or (pair? (cdr previous)) (not (eq? (wait-tag) 'time))) due))
        (begin (wait-close) due))))

;; The mail of a process that has ended is garbage, whoever holds the process.
(define (forget-mail! p)
  (let ((cell (list 'mailbox)))
    (set-process-head! p cell)
    (set-process-tail! p cell)
    (set-process-mark! p cell)
    (set-process-marked! p #f)
    (set-process-count! p 0)))

;; Mailboxes: a vector each, so that sending and receiving are a few instructions.
;;
;; Messages stand in a list behind a cell that holds none; a cell is passed over by its
;; predecessor.  What must not be seen half done has no call of a procedure in it, for only
;; there (and in loops) may a turn end.
(define-library (fermata erlang mailbox)
  (export make-mailbox mailbox? mailbox-process mailbox-open? mailbox-gate
          set-mailbox-gate! mailbox-head mailbox-count mailbox-messages
          deliver! close-mailbox! note-reference!
          own-mailbox put-last! mailbox-state mailbox-has-room?
          %mailbox-head %first-cell-for %take! %park! %park-until! send)
  (import (scheme base) (fermata sched) (fermata erlang reason)
          (only (fermata sched control) %most-messages))
  (begin

    (define marker (list 'mailbox))

    ;; The slots.  state: #t; #f once the process has ended; or its gate, which has signals
    ;; take another way: (gate from signal may-wait?) calls the thunk signal when it has
    ;; arrived from that node (#f: the one that runs).
    (define-syntax head (syntax-rules () ((_ box) (vector-ref box 1))))
    (define-syntax tail (syntax-rules () ((_ box) (vector-ref box 2))))
    (define-syntax set-tail! (syntax-rules () ((_ box x) (vector-set! box 2 x))))
    (define-syntax count (syntax-rules () ((_ box) (vector-ref box 3))))
    (define-syntax set-count! (syntax-rules () ((_ box x) (vector-set! box 3 x))))
    (define-syntax parked? (syntax-rules () ((_ box) (vector-ref box 4))))
    (define-syntax set-parked! (syntax-rules () ((_ box x) (vector-set! box 4 x))))
    (define-syntax queue (syntax-rules () ((_ box) (vector-ref box 5))))
    ;; The last reference made here, and the last cell at that time: no message before it
    ;; can hold the reference.
    (define-syntax marked (syntax-rules () ((_ box) (vector-ref box 6))))
    (define-syntax mark (syntax-rules () ((_ box) (vector-ref box 7))))
    (define-syntax set-mark! (syntax-rules () ((_ box x) (vector-set! box 7 x))))
    (define-syntax state (syntax-rules () ((_ box) (vector-ref box 8))))

    ;; A mailbox; its process is set once that is there.
    (define (make-mailbox gate)
      (let ((cell (list 'mailbox)))
        (vector marker cell cell 0 #f #f #f cell (or gate #t) #f)))

    (define (mailbox? obj)
      (and (vector? obj) (= (vector-length obj) 10) (eq? (vector-ref obj 0) marker)))
    ;; That of the running task; #f when it has none, or a closed one.
    (define-syntax own-mailbox
      (syntax-rules ()
        ((_)
         (let ((box (task-local)))
           (and (vector? box) (eq? (vector-ref box 0) marker) (vector-ref box 8)
                box)))))
    (define-syntax mailbox-state (syntax-rules () ((_ box) (vector-ref box 8))))
    (define (mailbox-process box) (vector-ref box 9))
    (define (mailbox-open? box) (and (state box) #t))
    (define (mailbox-gate box)
      (let ((gate (state box))) (and (procedure? gate) gate)))
    (define (set-mailbox-gate! box gate)
      (if (state box) (vector-set! box 8 (or gate #t))))
    (define (mailbox-head box) (head box))
    (define (mailbox-count box) (count box))
    ;; The messages that wait, the first to come first.
    (define (mailbox-messages box) (list-copy (cdr (head box))))

    ;; ---- sending

    (define-syntax put-last!
      (syntax-rules ()
        ((_ box message)
         (let ((cell (list message)))
           (set-cdr! (tail box) cell)
           (set-tail! box cell)
           (set-count! box (+ (count box) 1))
           (if (parked? box)
               (begin
                 (set-parked! box #f)
                 (waitq-give! (queue box) #t)))))))

    (define (deliver! box message) (put-last! box message))

    ;; Who sends to a mailbox that is full has an error raised; the host said how full.
    (define most (%most-messages))
    (define-syntax mailbox-has-room?
      (syntax-rules () ((_ box) (< (vector-ref box 3) most))))
    (define (refuse-full)
      (error "!: the mailbox holds as many messages as the host lets it hold" most))

    ;; Sends unless it is closed; through the gate when there is one.
    (define (send box message)
      (let ((gate (state box)))
        (cond ((not (mailbox-has-room? box)) (refuse-full))
              ((eq? gate #t) (put-last! box message))
              (gate
               (gate #f (lambda () (if (state box) (deliver! box message))) #t)))))

    ;; The mail of a process that has ended is garbage, whoever holds the process.
    (define (close-mailbox! box)
      (let ((cell (list 'mailbox)))
        (vector-set! box 8 #f)
        (vector-set! box 1 cell)
        (vector-set! box 2 cell)
        (vector-set! box 3 0)
        (vector-set! box 6 #f)
        (vector-set! box 7 cell)))

    (define (note-reference! box ref)
      (vector-set! box 6 ref)
      (vector-set! box 7 (tail box)))

    ;; ---- what receive is made of

    (define-syntax %mailbox-head (syntax-rules () ((_ box) (vector-ref box 1))))

    ;; Every pattern wants the reference.
    (define (%first-cell-for box ref)
      (if (and ref (eq? ref (marked box))) (mark box) (head box)))

    ;; Takes the message in cell, which stands behind previous, out of the mailbox.
    (define-syntax %take!
      (syntax-rules ()
        ((_ box previous cell)
         (let ((next (cdr cell)))
           (set-cdr! previous next)
           (if (null? next) (set-tail! box previous))
           (if (eq? cell (mark box)) (set-mark! box previous))
           (set-count! box (- (count box) 1))))))

    (define (make-queue! box)
      (vector-set! box 5 (make-waitq 'mailbox)))

    ;; Waits until something stands behind previous.
    (define (%park! box previous)
      (if (not (queue box)) (make-queue! box))
      (if (null? (cdr previous))
          (begin
            (set-parked! box #t)
            (waitq-park! (queue box)))))

    (define (check-timeout ms)
      (if (not (and (exact-integer? ms) (<= 0 ms #xFFFFFFFF)))
          (refuse "receive" 'timeout-value ms)))

    ;; The same until the time `due`, #f when it is not known yet.  What it returns is the
    ;; due time, or #f when it has come and nothing else has.
    (define (%park-until! box previous due ms)
      (cond ((eq? ms 'infinity) (%park! box previous) #t)
            ((eqv? ms 0) #f)
            ((not due)
             (check-timeout ms)
             (if (not (queue box)) (make-queue! box))
             (park-until box previous (+ (clock-now-ns) (* ms 1000000))))
            ((>= (clock-now-ns) due) #f)
            (else (park-until box previous due))))

    ;; Timers due at the same instant send before the timeout counts.
    (define (too-late? previous)
      (and (eq? (wait-tag) 'time)
           (begin (task-yield) (null? (cdr previous)))))

    (define (park-until box previous due)
      (let ((ticket (wait-open)))
        (if (null? (cdr previous))
            (begin
              (set-parked! box #t)
              (waitq-add! (queue box) ticket 'message)
              (timer-add! ticket 'time due)
              (wait-park (queue box))
              (set-parked! box #f)
              (and (not (too-late? previous)) due))
            (begin (wait-close) due))))))

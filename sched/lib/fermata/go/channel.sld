;; Channels: where a sender and a receiver meet, with room for so many values in between.
;;
;; A channel has a pair of wait queues, for those who want to send and to receive, and a ring
;; of buffered values. Who comes second finds the other one waiting and hands the value over,
;; so values and tasks are served in the order they came. Nothing here is looked at twice:
;; gas ends a turn only where a procedure written in Scheme begins or a loop turns, and
;; between a look at a channel and what is done about it there is neither.
(define-library (fermata go channel)
  (export make-chan chan? nil-chan chan-send! chan-recv! chan-recv/ok!
          chan-close! chan-len chan-cap for-chan
          ;; for the other parts of (fermata go)
          chan-receive-or-closed! closed-mark take! put!
          nothing-there chan-drain! recv-queue send-queue recv-end send-on-closed
          refuse current-bubble)
  (import (scheme base) (fermata sched) (fermata go records) (fermata go fields)
          (only (fermata builtins) make-condition))
  (begin

    (define (refuse kind message . irritants)
      (raise (make-condition kind message irritants)))

    ;; What stands for no value: received from a closed channel, or not there now.
    (define closed-mark (list 'closed))
    (define nothing-there (list 'nothing))

    ;; The scheduler of with-virtual-time around, or #f.
    (define current-bubble (make-parameter #f))

    (define (new-chan capacity state)
      (let* ((senders (make-waitq-pair #f 'chan-send! 'chan-recv!))
             (receivers (waitq-partner senders))
             (bubble (current-bubble))
             (c (%make-chan senders receivers capacity
                            (and (> capacity 0) (make-vector (min capacity 16) #f))
                            0 0 (or state (and bubble 'bubble)) bubble)))
        (set-waitq-owner! senders c)
        (if (> capacity 0) (set-waitq-open! senders #t))
        c))

    ;;> (make-chan [capacity])
    ;;> A channel with room for so many values; without room a sender waits for a receiver.
    (define (make-chan . rest)
      (if (null? rest)
          (new-chan 0 #f)
          (let ((capacity (car rest)))
            (if (not (and (exact-integer? capacity) (>= capacity 0)))
                (refuse 'out-of-range
                        "make-chan: the capacity must be an exact integer, 0 or more, got"
                        capacity))
            (new-chan capacity #f))))

    ;;> nil-chan
    ;;> The channel on which nothing ever happens: sending and receiving wait for ever, and
    ;;> select never chooses it. #f means the same wherever a channel is expected.
    (define nil-chan (new-chan 0 'nil))

    (define (check-chan who c)
      (if (not (is-chan? c))
          (refuse 'wrong-type
                  (string-append who ": argument 1 must be a channel, got")
                  c)))

    (define (check-bubble who c)
      (if (and (chan-bubble c) (not (eq? (chan-bubble c) (current-scheduler))))
          (refuse 'scheduler-error
                  (string-append
                   who ": the channel belongs to the tasks of a with-virtual-time")
                  c)))

    (define (wait-for-ever what)
      (waitq-park! (make-waitq what)))

    ;; ---- the buffer

    (define-syntax ring-place
      (syntax-rules ()
        ((_ c ring count)
         (let ((place (+ (chan-first c) count)) (length (vector-length ring)))
           (if (< place length) place (- place length))))))

    ;; A ring that is full but may hold more.
    (define (grow-ring! c)
      (let* ((old (chan-ring c))
             (length (vector-length old))
             (new (make-vector (min (* 2 length) (chan-capacity c)) #f))
             (first (chan-first c)))
        (vector-copy! new 0 old first length)
        (vector-copy! new (- length first) old 0 first)
        (set-chan-ring! c new)
        (set-chan-first! c 0)))

    ;; Sends without waiting; #f when one must wait.
    (define (put! c v)
      (cond ((eq? (chan-state c) 'closed) (send-on-closed))
            ((waitq-give! (chan-receivers c) v) #t)
            ((< (chan-count c) (chan-capacity c))
             (let ((count (chan-count c)) (ring (chan-ring c)))
               (if (eq? count (vector-length ring))
                   (begin
                     (grow-ring! c)
                     (put! c v))
                   (begin
                     (vector-set! ring (ring-place c ring count) v)
                     (set-chan-count! c (+ count 1))
                     (if (eq? count 0) (set-waitq-open! (chan-receivers c) #t))
                     (if (eq? (+ count 1) (chan-capacity c))
                         (set-waitq-open! (chan-senders c) #f))
                     #t))))
            (else #f)))

    ;; The oldest value; closed-mark; or nothing-there when one must wait. Who waits to
    ;; send moves up into the buffer.
    (define (take! c)
      (let ((count (chan-count c)))
        (if (> count 0)
            (let* ((ring (chan-ring c))
                   (first (chan-first c))
                   (v (vector-ref ring first))
                   (more (waitq-take! (chan-senders c) nothing-there #t)))
              (vector-set! ring first #f)
              (set-chan-first! c (if (eq? (+ first 1) (vector-length ring)) 0 (+ first 1)))
              (if (eq? more nothing-there)
                  (begin
                    (set-chan-count! c (- count 1))
                    (if (and (eq? count 1) (not (eq? (chan-state c) 'closed)))
                        (set-waitq-open! (chan-receivers c) #f))
                    (if (eq? count (chan-capacity c))
                        (set-waitq-open! (chan-senders c) #t)))
                  (vector-set! ring (ring-place c ring (- count 1)) more))
              v)
            (if (eq? (chan-state c) 'closed)
                closed-mark
                (waitq-take! (chan-senders c) nothing-there #t)))))

    ;; ---- sending and receiving

    (define (send-on-closed)
      (refuse 'error "send on closed channel"))

    ;;> (chan-send! chan obj)
    ;;> Sends obj: hands it to who waits to receive, or puts it into the buffer, or waits.
    (define (chan-send! c v)
      (cond ((or (not (is-chan? c)) (chan-state c))
             (check-special "chan-send!" c)
             (wait-to-send c v))
            ((and (> (chan-capacity c) 0) (put! c v)) #t)
            ((eq? (waitq-meet! (chan-senders c) v v) closed-mark) (send-on-closed))))

    (define (wait-to-send c v)
      (cond ((put! c v) #t)
            ((eq? (waitq-meet! (chan-senders c) v v) closed-mark) (send-on-closed))))

    ;; Returns when c may be used here; waits for ever on the nil channel.
    (define (check-special who c)
      (if (or (not c) (and (is-chan? c) (eq? (chan-state c) 'nil)))
          (wait-for-ever (string->symbol (string-append who " on the nil channel"))))
      (check-chan who c)
      (check-bubble who c))

    ;; The next value, or closed-mark.
    (define (chan-receive-or-closed! c)
      (cond ((or (not (is-chan? c)) (chan-state c))
             (check-special "chan-recv!" c)
             (wait-to-receive c))
            ((eq? (chan-count c) 0) (waitq-meet! (chan-receivers c) #f #t))
            (else (wait-to-receive c))))

    (define (wait-to-receive c)
      (let ((v (take! c)))
        (if (eq? v nothing-there)
            (waitq-meet! (chan-receivers c) #f #t)
            v)))

    ;;> (chan-recv! chan)
    ;;> The next value sent; waits for one. #f when the channel is closed and empty.
    (define (chan-recv! c)
      (let ((v (chan-receive-or-closed! c)))
        (if (eq? v closed-mark) #f v)))

    ;;> (chan-recv/ok! chan)
    ;;> The same; the second value tells whether the first was sent.
    (define (chan-recv/ok! c)
      (let ((v (chan-receive-or-closed! c)))
        (if (eq? v closed-mark)
            (values #f #f)
            (values v #t))))

    ;;> (chan-close! chan)
    ;;> Nothing more will be sent: who waits to receive goes on, who waits to send fails.
    (define (chan-close! c)
      (if (or (not c) (and (is-chan? c) (eq? (chan-state c) 'nil)))
          (refuse 'error "chan-close!: close of nil channel"))
      (check-chan "chan-close!" c)
      (check-bubble "chan-close!" c)
      (if (eq? (chan-state c) 'closed)
          (refuse 'error "chan-close!: close of closed channel"))
      (set-chan-state! c 'closed)
      (set-waitq-open! (chan-senders c) #t)
      (set-waitq-open! (chan-receivers c) #t)
      (waitq-give-all! (chan-receivers c) closed-mark)
      (waitq-give-all! (chan-senders c) closed-mark))

    ;;> (chan-len chan)
    ;;> How many values are in the buffer.
    (define (chan-len c)
      (if c (begin (check-chan "chan-len" c) (chan-count c)) 0))

    ;;> (chan-cap chan)
    ;;> How many values there is room for.
    (define (chan-cap c)
      (if c (begin (check-chan "chan-cap" c) (chan-capacity c)) 0))

    ;;> (for-chan (variable chan) body ...)
    ;;> The body for each value received, until the channel is closed and empty.
    (define-syntax for-chan
      (syntax-rules ()
        ((_ (v c) body ...)
         (let ((chan c))
           (let loop ()
             (let ((v (chan-receive-or-closed! chan)))
               (if (not (eq? v closed-mark))
                   (begin
                     (let () body ...)
                     (loop)))))))))

    ;; ---- what select and timers need

    ;; Where to wait for one or the other; #f: nothing will ever happen.
    (define (recv-queue c)
      (if (and (is-chan? c) (not (chan-state c)))
          (chan-receivers c)
          (special-queue c "select" recv-end)))

    (define (send-queue c)
      (if (and (is-chan? c) (not (chan-state c)))
          (chan-senders c)
          (special-queue c "select" send-end)))

    (define (recv-end c) (chan-receivers c))
    (define (send-end c) (chan-senders c))

    (define (special-queue c who queue)
      (cond ((not c) #f)
            (else
             (check-chan who c)
             (check-bubble who c)
             (and (not (eq? (chan-state c) 'nil)) (queue c)))))

    ;; Forgets what is in the buffer; nobody waits to send.
    (define (chan-drain! c)
      (let loop ()
        (if (> (chan-count c) 0)
            (begin (take! c) (loop)))))))

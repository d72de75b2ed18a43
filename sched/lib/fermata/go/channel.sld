;; Channels: places of the kit, with Go's words and Go's errors.
(define-library (fermata go channel)
  (export make-chan chan? nil-chan chan-send! chan-recv! chan-recv/ok!
          chan-close! chan-len chan-cap for-chan
          ;; for the other parts of (fermata go)
          chan-receive-or-closed! closed-mark put-now! chan-drain! check-chan
          send-on-closed refuse current-bubble)
  (import (scheme base) (fermata sched)
          (only (fermata builtins) make-condition))
  (begin

    (define (refuse kind message . irritants)
      (raise (make-condition kind message irritants)))

    ;; What is received from a closed channel, and what stands for no channel.
    (define closed-mark (list 'closed))
    (define no-channel (list 'no-channel))

    ;; The scheduler of with-virtual-time around, or #f.
    (define current-bubble (make-parameter #f))

    (define (new-chan capacity)
      (make-place capacity closed-mark 'chan-send! 'chan-recv!))

    ;;> (make-chan [capacity])
    ;;> A channel with room for so many values; without room a sender waits for a receiver.
    (define (make-chan 1 . rest)
      (let ((capacity (if (pair? rest) (car rest) 0)))
        (if (not (and (exact-integer? capacity) (>= capacity 0)))
            (refuse 'out-of-range
                    "make-chan: the capacity must be an exact integer, 0 or more, got"
                    capacity))
        (let ((c (new-chan capacity)))
          (if (current-bubble) (place-exclusive! c))
          c)))

    ;;> (chan? obj)
    ;;> Whether obj is a channel.
    (define (chan? obj) (place? obj))

    ;;> nil-chan
    ;;> The channel on which nothing ever happens: sending and receiving wait for ever, and
    ;;> select never chooses it. #f means the same wherever a channel is expected.
    (define nil-chan
      (place-never! (make-place 0 closed-mark
                                "chan-send! on the nil channel"
                                "chan-recv! on the nil channel")))

    ;; Raises unless c is a channel that may be used here.
    (define (check-chan who c)
      (cond ((not (place? c))
             (refuse 'wrong-type
                     (string-append who ": argument 1 must be a channel, got")
                     c))
            ((not (place-usable? c))
             (refuse 'scheduler-error
                     (string-append
                      who ": the channel belongs to the tasks of a with-virtual-time")))))

    ;; ---- sending and receiving

    (define (send-on-closed)
      (refuse 'error "send on closed channel"))

    ;;> (chan-send! chan obj)
    ;;> Sends obj: hands it to who waits to receive, or puts it into the buffer, or waits.
    (define (chan-send! c v)
      (let ((answer (place-put! c v)))
        (cond ((eq? answer #t) answer)
              (answer (send-on-closed))
              ((not c) (place-put! nil-chan v))
              (else (check-chan "chan-send!" c)))))

    ;;> (chan-recv! chan)
    ;;> The next value sent; waits for one. #f when the channel is closed and empty.
    (define (chan-recv! c)
      (let ((v (place-take! c no-channel)))
        (cond ((eq? v closed-mark) #f)
              ((eq? v no-channel) (receive-from-none c))
              (else v))))

    ;; The next value, or closed-mark.
    (define (chan-receive-or-closed! c)
      (let ((v (place-take! c no-channel)))
        (if (eq? v no-channel) (receive-from-none c) v)))

    (define (receive-from-none c)
      (if c
          (check-chan "chan-recv!" c)
          (place-take! nil-chan #f)))

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
      (if (or (not c) (eq? c nil-chan))
          (refuse 'error "chan-close!: close of nil channel"))
      (check-chan "chan-close!" c)
      (if (not (place-close! c))
          (refuse 'error "chan-close!: close of closed channel")))

    ;;> (chan-len chan)
    ;;> How many values are in the buffer.
    (define (chan-len c)
      (if c (begin (check-chan "chan-len" c) (place-count c)) 0))

    ;;> (chan-cap chan)
    ;;> How many values there is room for.
    (define (chan-cap c)
      (if c (begin (check-chan "chan-cap" c) (place-capacity c)) 0))

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

    ;; ---- what timers need

    ;; Sends unless it would have to wait.
    (define (put-now! c v) (place-put-now! c v))

    ;; Forgets what is in the buffer; nobody waits to send.
    (define (chan-drain! c)
      (if (> (place-count c) 0)
          (begin
            (place-take-now! c #f)
            (chan-drain! c))))))

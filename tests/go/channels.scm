;; Go's channels: order, buffers, the nil channel, closing (G01 to G27).
(import (scheme base) (fermata condition) (fermata go) (srfi 64))

(test-begin "go channels")

(define (repeat n proc)
  (let loop ((i 0))
    (if (< i n) (begin (proc i) (loop (+ i 1))))))

;; A procedure that keeps what it is called with; without arguments, the list of that.
(define (collector)
  (let ((items '()))
    (lambda new
      (if (pair? new) (set! items (cons (car new) items)))
      (reverse items))))

(define (message-of thunk)
  (guard (e ((error-object? e) (error-object-message e))
            (else e))
    (thunk)))

;; Whether the thunk, in a task of its own, gets to its end while everybody else waits.
(define (ends? thunk)
  (let ((ended #f))
    (go (begin (thunk) (set! ended #t)))
    (settle)
    ended))

;; The message of the deadlock that the thunk runs into.
(define (deadlock thunk)
  (guard (e ((and (condition? e) (eq? (condition-kind e) 'stuck)) 'deadlock))
    (with-virtual-time thunk)))

(test-equal "G01 an unbuffered send parks as long as nobody receives" '(#f (1 #t))
  (with-virtual-time
   (lambda ()
     (let* ((c (make-chan)) (sent #f))
       (go (begin (chan-send! c 1) (set! sent #t)))
       (settle)
       (let* ((before sent) (v (chan-recv! c)))
         (settle)
         (list before (list v sent)))))))

(test-equal "G02 a receive on an empty channel parks as long as nobody sends" '(#f #t)
  (with-virtual-time
   (lambda ()
     (let* ((c (make-chan)) (first (ends? (lambda () (chan-recv! c)))))
       (chan-send! c 1)
       (let ((second (ends? (lambda () #t))))
         (list first second))))))

(test-equal "G03 sends up to the capacity return at once, the next parks" '(#t #t #f)
  (let ((c (make-chan 2)))
    (guard (e ((eq? (condition-kind e) 'stuck) (list #t #t #f)))
      (with-virtual-time
       (lambda ()
         (let* ((c (make-chan 2))
                (a (ends? (lambda () (chan-send! c 1))))
                (b (ends? (lambda () (chan-send! c 2))))
                (d (ends? (lambda () (chan-send! c 3)))))
           (chan-recv! c)
           (list a b d)))))))

(test-equal "G04 a buffered channel that is empty: receive parks" '(#f #t)
  (with-virtual-time
   (lambda ()
     (let* ((c (make-chan 3)) (got #f))
       (go (begin (chan-recv! c) (set! got #t)))
       (settle)
       (let ((before got))
         (chan-send! c 1)
         (settle)
         (list before got))))))

(for-each
 (lambda (capacity)
   (test-equal "G05 values arrive in the order they were sent" '(0 1 2 3 4 5 6 7 8 9)
     (with-virtual-time
      (lambda ()
        (let ((c (make-chan capacity)) (seen (collector)))
          (go (begin (repeat 10 (lambda (i) (chan-send! c i))) (chan-close! c)))
          (for-chan (v c) (seen v))
          (seen))))))
 '(0 1 7))

(test-equal "G06 parked senders are served in the order they parked" '(0 1 2 3 4)
  (with-virtual-time
   (lambda ()
     (let ((c (make-chan)) (seen (collector)))
       (repeat 5 (lambda (i) (go (chan-send! c i)) (settle)))
       (repeat 5 (lambda (i) (seen (chan-recv! c))))
       (seen)))))

(test-equal "G07 parked receivers are served in the order they parked"
  '((0 . a) (1 . b) (2 . c) (3 . d) (4 . e))
  (with-virtual-time
   (lambda ()
     (let ((c (make-chan)) (seen (collector)))
       (repeat 5 (lambda (i) (go (begin (seen (cons i (chan-recv! c))))) (settle)))
       (for-each (lambda (v) (chan-send! c v) (settle)) '(a b c d e))
       (seen)))))

(test-equal "G09 len counts what is buffered, never who waits; cap stays" '(0 0 2 3 3 3)
  (with-virtual-time
   (lambda ()
     (let ((u (make-chan)) (c (make-chan 3)))
       (go (chan-send! u 1))
       (settle)
       (let ((lu (chan-len u)) (cu (chan-cap u)))
         (chan-recv! u)
         (chan-send! c 1)
         (chan-send! c 2)
         (let ((two (chan-len c)))
           (chan-send! c 3)
           (go (chan-send! c 4))
           (settle)
           (let ((full (chan-len c)))
             (chan-recv! c)
             (list lu cu two full (chan-len c) (chan-cap c)))))))))

(test-error "G10 a negative capacity is an error" #t (make-chan -1))
(test-error "G10 so is one that is no exact integer" #t (make-chan 1.5))
(test-equal "G10 the error names make-chan"
  "make-chan: the capacity must be an exact integer, 0 or more, got"
  (message-of (lambda () (make-chan -1))))

(test-equal "G11 a channel equals itself and no other" '(#t #f #f)
  (let ((a (make-chan)) (b (make-chan)))
    (list (eqv? a a) (eqv? a b) (equal? a b))))

(test-equal "G12 a channel goes through a channel" 'answer
  (with-virtual-time
   (lambda ()
     (let ((requests (make-chan)))
       (go (begin (chan-send! (chan-recv! requests) 'answer)))
       (let ((reply (make-chan)))
         (chan-send! requests reply)
         (chan-recv! reply))))))

(for-each
 (lambda (capacity)
   (test-equal "G13 four producers, four consumers: nothing lost, nothing doubled"
     (list 400 (apply + (map (lambda (i) (quotient (* 400 399) 2)) '(0))))
     (with-virtual-time
      (lambda ()
        (let ((c (make-chan capacity)) (wg (make-wait-group)) (readers (make-wait-group))
              (count 0) (sum 0))
          (repeat 4 (lambda (p)
                      (wait-group-go! wg
                        (lambda ()
                          (repeat 100 (lambda (i) (chan-send! c (+ (* p 100) i))))))))
          (repeat 4 (lambda (p)
                      (wait-group-go! readers
                        (lambda ()
                          (for-chan (v c)
                            (set! count (+ count 1))
                            (set! sum (+ sum v)))))))
          (wait-group-wait! wg)
          (chan-close! c)
          (wait-group-wait! readers)
          (list count sum))))))
 '(0 1 10))

(test-equal "a large buffer keeps its order while it grows and turns"
  (let loop ((i 999) (l '())) (if (< i 0) l (loop (- i 1) (cons i l))))
  (let ((c (make-chan 1000)) (seen (collector)))
    (repeat 10 (lambda (i) (chan-send! c 'x)))
    (repeat 10 (lambda (i) (chan-recv! c)))
    (repeat 1000 (lambda (i) (chan-send! c i)))
    (repeat 1000 (lambda (i) (seen (chan-recv! c))))
    (seen)))

;; ---- the nil channel

(test-equal "G14 a send on the nil channel parks for ever" '(deadlock deadlock)
  (list (deadlock (lambda () (chan-send! nil-chan 1)))
        (deadlock (lambda () (chan-send! #f 1)))))
(test-equal "G15 so does a receive" '(deadlock deadlock)
  (list (deadlock (lambda () (chan-recv! nil-chan)))
        (deadlock (lambda () (chan-recv! #f)))))
(test-equal "G16 closing it is an error" "chan-close!: close of nil channel"
  (message-of (lambda () (chan-close! nil-chan))))
(test-error "G16 also as #f" #t (chan-close! #f))
(test-equal "G17 select never chooses it" '(default default)
  (list (select ((recv nil-chan v) v) (default 'default))
        (select ((send #f 1) 'sent) ((recv #f) 'received) (default 'default))))
(test-equal "G18 its len and cap are 0" '(0 0 0 0)
  (list (chan-len nil-chan) (chan-cap nil-chan) (chan-len #f) (chan-cap #f)))

;; ---- closing

(test-equal "G19 a closed, drained channel gives #f and #f, again and again"
  '((#f #f) (#f #f) (#f #f))
  (let ((c (make-chan)))
    (chan-close! c)
    (map (lambda (i) (call-with-values (lambda () (chan-recv/ok! c)) list)) '(1 2 3))))

(test-equal "G20 what was sent before the close is received first"
  '((1 #t) (2 #t) (#f #f))
  (let ((c (make-chan 2)))
    (chan-send! c 1)
    (chan-send! c 2)
    (chan-close! c)
    (map (lambda (i) (call-with-values (lambda () (chan-recv/ok! c)) list)) '(1 2 3))))

(test-equal "#f that was sent is told from nothing" '(#f #t)
  (let ((c (make-chan 1)))
    (chan-send! c #f)
    (call-with-values (lambda () (chan-recv/ok! c)) list)))

(test-equal "G21 close wakes every parked receiver" '((#f #f) (#f #f) (#f #f))
  (with-virtual-time
   (lambda ()
     (let ((c (make-chan)) (seen (collector)))
       (repeat 3 (lambda (i)
                   (go (begin
                         (seen (call-with-values (lambda () (chan-recv/ok! c)) list))))))
       (settle)
       (chan-close! c)
       (settle)
       (seen)))))

(test-equal "G22 a send on a closed channel is an error in the sender" "send on closed channel"
  (let ((c (make-chan 1)))
    (chan-close! c)
    (message-of (lambda () (chan-send! c 1)))))
(test-equal "G22 also in a sender that waits when it is closed" "send on closed channel"
  (with-virtual-time
   (lambda ()
     (let ((c (make-chan)) (said #f))
       (go (begin (set! said (message-of (lambda () (chan-send! c 1))))))
       (settle)
       (chan-close! c)
       (settle)
       said))))

(test-equal "G24 closing twice is an error" "chan-close!: close of closed channel"
  (let ((c (make-chan)))
    (chan-close! c)
    (message-of (lambda () (chan-close! c)))))

(test-equal "G25 for-chan drains and ends at the close" '(1 2 3)
  (let ((c (make-chan 3)) (seen (collector)))
    (for-each (lambda (v) (chan-send! c v)) '(1 2 3))
    (chan-close! c)
    (for-chan (v c) (seen v))
    (seen)))
(test-equal "G26 a closed empty channel: no rounds" '()
  (let ((c (make-chan)) (seen (collector)))
    (chan-close! c)
    (for-chan (v c) (seen v))
    (seen)))
(test-equal "G27 close wakes a parked select through that case" '(closed #f #f)
  (with-virtual-time
   (lambda ()
     (let ((c (make-chan)) (other (make-chan)) (seen #f))
       (go (select ((recv c v ok) (set! seen (list 'closed v ok)))
                   ((recv other) (set! seen 'other))))
       (settle)
       (chan-close! c)
       (settle)
       seen))))
(test-equal "close of a channel that a parked select sends on fails in the select"
  "send on closed channel"
  (with-virtual-time
   (lambda ()
     (let ((c (make-chan)) (other (make-chan)) (said #f))
       (go (begin (set! said (message-of (lambda ()
                                           (select ((send c 1) 'sent)
                                                   ((recv other) 'other)))))))
       (settle)
       (chan-close! c)
       (settle)
       said))))

(test-equal "what is no channel is refused by name"
  '("chan-send!: argument 1 must be a channel, got" "chan-recv!: argument 1 must be a channel, got"
    "chan-close!: argument 1 must be a channel, got" "chan-len: argument 1 must be a channel, got"
    "select: argument 1 must be a channel, got" "select: argument 1 must be a channel, got")
  (map message-of
       (list (lambda () (chan-send! 5 1)) (lambda () (chan-recv! 5)) (lambda () (chan-close! 5))
             (lambda () (chan-len 5)) (lambda () (select ((recv 5) 1) (default 2)))
             (lambda () (select ((after 1) 0) ((recv nil-chan) 1) ((send 5 1) 2))))))

(test-end "go channels")

;; Go's locks, wait groups, once, conditions, pools (G57 to G62).
(import (scheme base) (fermata condition) (fermata go) (fermata sched) (srfi 64))

(test-begin "go sync")

(define (repeat n proc)
  (let loop ((i 0))
    (if (< i n) (begin (proc i) (loop (+ i 1))))))
(define (message-of thunk)
  (guard (e ((error-object? e) (error-object-message e))
            (else e))
    (thunk)))
(define (collector)
  (let ((items '()))
    (lambda new
      (if (pair? new) (set! items (cons (car new) items)))
      (reverse items))))

(test-equal "G57 a mutex excludes, and is handed over in the order of asking"
  '(in 0 out 0 in 1 out 1 in 2 out 2)
  (with-virtual-time
   (lambda ()
     (let ((m (make-mutex)) (seen (collector)) (wg (make-wait-group)))
       (repeat 3 (lambda (i)
                   (wait-group-go! wg
                     (lambda ()
                       (with-mutex m
                         (seen 'in) (seen i)
                         (sleep 1)
                         (seen 'out) (seen i))))))
       (wait-group-wait! wg)
       (seen)))))
(test-equal "G57 mutex-try-lock! gives #f while it is held" '(#t #f #t)
  (let* ((m (make-mutex)) (a (mutex-try-lock! m)) (b (mutex-try-lock! m)))
    (mutex-unlock! m)
    (list a b (mutex-try-lock! m))))
(test-equal "G57 unlocking an unlocked one cannot be recovered from"
  '("fatal error: sync: unlock of unlocked mutex" #f)
  (let* ((ran #f)
         (said (message-of (lambda ()
                             (with-defer ()
                               (defer (lambda () (set! ran #t) (recover)))
                               (mutex-unlock! (make-mutex)))))))
    (list said ran)))
(test-equal "the report of a deadlock tells who holds the lock" #t
  (guard (e ((eq? (condition-kind e) 'stuck)
             (let* ((text (condition-message e)) (n (string-length text)))
               (let loop ((i 0))
                 (and (< (+ i 12) n)
                      (or (string=? (substring text i (+ i 12)) "held by task")
                          (loop (+ i 1))))))))
    (with-virtual-time
     (lambda ()
       (let ((m (make-mutex)))
         (go (begin (mutex-lock! m) (chan-recv! nil-chan)))
         (settle)
         (mutex-lock! m))))))
(test-equal "a task that is cancelled while it waits leaves the queue" '(1 free)
  (with-virtual-time
   (lambda ()
     (let* ((m (make-mutex)) (c (make-chan 1)))
       (mutex-lock! m)
       (let ((t (task-spawn (lambda () (mutex-lock! m)))))
         (settle)
         (go (begin (mutex-lock! m) (chan-send! c 1) (mutex-unlock! m)))
         (settle)
         (task-cancel t 'enough)
         (mutex-unlock! m)
         (let ((v (chan-recv! c)))
           (settle)
           (list v (if (mutex-try-lock! m) 'free 'held))))))))

(test-equal "readers share, a writer is alone, later readers wait for it"
  '(read read write read)
  (with-virtual-time
   (lambda ()
     (let ((l (make-rwmutex)) (seen (collector)) (wg (make-wait-group)))
       (define (reader)
         (wait-group-go! wg
           (lambda () (rwmutex-rlock! l) (seen 'read) (sleep 1) (rwmutex-runlock! l))))
       (define (writer)
         (wait-group-go! wg
           (lambda () (rwmutex-lock! l) (seen 'write) (sleep 1) (rwmutex-unlock! l))))
       (reader) (reader)
       (settle)
       (writer)
       (settle)
       (reader)
       (wait-group-wait! wg)
       (seen)))))
(test-equal "the try forms of an rwmutex" '(#t #t #f #t #f #f)
  (let* ((l (make-rwmutex)) (a (rwmutex-try-rlock! l)) (b (rwmutex-try-rlock! l))
         (c (rwmutex-try-lock! l)))
    (rwmutex-runlock! l)
    (rwmutex-runlock! l)
    (let* ((d (rwmutex-try-lock! l)) (e (rwmutex-try-rlock! l)) (f (rwmutex-try-lock! l)))
      (list a b c d e f))))
(test-equal "unlocking what is not locked is fatal"
  '("fatal error: sync: Unlock of unlocked RWMutex" "fatal error: sync: RUnlock of unlocked RWMutex")
  (let ((l (make-rwmutex)))
    (list (message-of (lambda () (rwmutex-unlock! l)))
          (message-of (lambda () (rwmutex-runlock! l))))))
(test-equal "under a storm of readers and writers nobody sees a half-written pair" 0
  (with-virtual-time
   (lambda ()
     (let ((l (make-rwmutex)) (a 0) (b 0) (bad 0) (wg (make-wait-group)))
       (repeat 20 (lambda (i)
                    (wait-group-go! wg
                      (lambda ()
                        (repeat 20 (lambda (k)
                                     (if (= 0 (remainder (+ i k) 5))
                                         (begin
                                           (rwmutex-lock! l)
                                           (set! a (+ a 1)) (go-yield) (set! b (+ b 1))
                                           (rwmutex-unlock! l))
                                         (begin
                                           (rwmutex-rlock! l)
                                           (if (not (= a b)) (set! bad (+ bad 1)))
                                           (go-yield)
                                           (rwmutex-runlock! l)))))))))
       (wait-group-wait! wg)
       (+ bad (abs (- a b)))))))

(test-equal "G59 a wait group parks until 0" '(#f #f #t)
  (with-virtual-time
   (lambda ()
     (let ((wg (make-wait-group)) (ended #f))
       (wait-group-add! wg 2)
       (go (begin (wait-group-wait! wg) (set! ended #t)))
       (settle)
       (let ((first ended))
         (wait-group-done! wg)
         (settle)
         (let ((second ended))
           (wait-group-done! wg)
           (settle)
           (list first second ended)))))))
(test-equal "G59 below 0 is an error" "wait-group-add!: negative WaitGroup counter"
  (message-of (lambda () (wait-group-done! (make-wait-group)))))
(test-equal "G59 several wait; one that is 0 does not wait; it can be used again" '(3 3)
  (with-virtual-time
   (lambda ()
     (let ((wg (make-wait-group)) (woken 0))
       (define (round)
         (wait-group-wait! wg)
         (set! woken 0)
         (wait-group-add! wg 1)
         (repeat 3 (lambda (i) (go (begin (wait-group-wait! wg) (set! woken (+ woken 1))))))
         (settle)
         (wait-group-done! wg)
         (settle)
         woken)
       (let ((first (round))) (list first (round)))))))

(test-equal "G60 once runs once; other callers wait for it" '(1 (first done done))
  (with-virtual-time
   (lambda ()
     (let ((once (make-once)) (runs 0) (seen (collector)))
       (repeat 2 (lambda (i)
                   (go (begin (once-do! once (lambda () (sleep 1) (set! runs (+ runs 1)) (seen 'first)))
                              (seen 'done)))))
       (sleep 2)
       (list runs (seen))))))
(test-equal "G60 also when the procedure fails: that counts as done" '("no" 1)
  (let* ((once (make-once)) (runs 0)
         (thunk (lambda () (set! runs (+ runs 1)) (error "no")))
         (said (message-of (lambda () (once-do! once thunk)))))
    (once-do! once thunk)
    (list said runs)))

(test-equal "G61 Signal wakes one, in order; Broadcast all; the lock is held again"
  '((0) (0 1 2))
  (with-virtual-time
   (lambda ()
     (let* ((m (make-mutex)) (c (make-cond m)) (seen (collector)))
       (repeat 3 (lambda (i)
                   (go (begin
                         (mutex-lock! m)
                         (cond-wait! c)
                         (if (mutex-try-lock! m) (seen 'lock-was-free) (seen i))
                         (mutex-unlock! m)))
                   (settle)))
       (cond-signal! c)
       (settle)
       (let ((first (seen)))
         (cond-broadcast! c)
         (settle)
         (list first (seen)))))))
(test-equal "G61 a signal between the unlock and the wait is not lost" 'woken
  (with-virtual-time
   (lambda ()
     (let* ((m (make-mutex)) (c (make-cond m)) (ready #f))
       (mutex-lock! m)
       (go (begin (mutex-lock! m) (set! ready #t) (cond-signal! c) (mutex-unlock! m)))
       (settle)
       (let loop () (if (not ready) (begin (cond-wait! c) (loop))))
       'woken))))
(test-equal "a signal that nobody waits for is forgotten" 'stuck
  (guard (e (#t (condition-kind e)))
    (with-virtual-time
     (lambda ()
       (let* ((m (make-mutex)) (c (make-cond m)))
         (cond-signal! c)
         (mutex-lock! m)
         (cond-wait! c))))))

(test-equal "G62 an empty pool makes a new one, else gives what was put" '(new b a new #f)
  (let ((p (make-pool (lambda () 'new))) (q (make-pool)))
    (let ((first (pool-get! p)))
      (pool-put! p 'a)
      (pool-put! p 'b)
      (let* ((x (pool-get! p)) (y (pool-get! p)))
        (list first x y (pool-get! p) (pool-get! q))))))
(test-assert "G62 a pool does not keep everything"
  (let ((p (make-pool (lambda () 'new))))
    (repeat 1000 (lambda (i) (pool-put! p i)))
    (let loop ((n 0)) (if (eq? (pool-get! p) 'new) (< n 1000) (loop (+ n 1))))))

(test-equal "what is none of these is refused by name"
  '("mutex-lock!: argument 1 must be a mutex, got 5" "wait-group-add!: argument 1 must be a wait-group, got 5"
    "cond-signal!: argument 1 must be a condition-variable, got 5" "pool-get!: argument 1 must be a pool, got 5")
  (map message-of
       (list (lambda () (mutex-lock! 5)) (lambda () (wait-group-done! 5))
             (lambda () (cond-signal! 5)) (lambda () (pool-get! 5)))))

(test-end "go sync")

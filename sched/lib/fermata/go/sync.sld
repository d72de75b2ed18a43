;; Locks and the like (Go's package sync). All of them hand over in the order of asking: who
;; wakes a waiting task has already done for it what it waited for.
(define-library (fermata go sync)
  (export make-mutex mutex? mutex-lock! mutex-try-lock! mutex-unlock! with-mutex
          make-rwmutex rwmutex? rwmutex-lock! rwmutex-try-lock! rwmutex-unlock!
          rwmutex-rlock! rwmutex-try-rlock! rwmutex-runlock!
          make-wait-group wait-group? wait-group-add! wait-group-done!
          wait-group-wait! wait-group-go!
          make-once once? once-do!
          make-cond cond-wait! cond-signal! cond-broadcast!
          make-pool pool-get! pool-put!)
  (import (scheme base) (srfi 124) (fermata sched) (fermata go channel) (fermata go task)
          (fermata go defer) (fermata go records) (fermata go fields))
  (begin

    ;; ---- mutex

    ;;> (make-mutex)
    ;;> A lock that nobody has.
    (define (make-mutex) (%make-mutex #f (make-waitq 'mutex-lock!)))

    (define (hold! queue) (set-waitq-holder! queue (task-current)))

    ;;> (mutex-lock! mutex)
    ;;> Gets the lock; waits while another task has it.
    (define (mutex-lock! m)
      (if (mutex-locked? m)
          (waitq-park! (mutex-queue m))
          (set-mutex-locked! m #t))
      (hold! (mutex-queue m)))

    ;;> (mutex-try-lock! mutex)
    ;;> Gets the lock if nobody has it; whether it did.
    (define (mutex-try-lock! m)
      (if (mutex-locked? m)
          #f
          (begin
            (set-mutex-locked! m #t)
            (hold! (mutex-queue m))
            #t)))

    ;;> (mutex-unlock! mutex)
    ;;> Gives the lock to the task that has waited longest, or back.
    (define (mutex-unlock! m)
      (if (not (mutex-locked? m)) (fatal "sync: unlock of unlocked mutex"))
      (set-waitq-holder! (mutex-queue m) #f)
      (if (not (waitq-give! (mutex-queue m) #t))
          (set-mutex-locked! m #f)))

    ;;> (with-mutex mutex body ...)
    ;;> The body's value; the lock is held meanwhile.
    (define-syntax with-mutex
      (syntax-rules ()
        ((_ mutex body ...)
         (let ((m mutex))
           (dynamic-wind
            (lambda () (mutex-lock! m))
            (lambda () body ...)
            (lambda () (mutex-unlock! m)))))))

    ;; ---- rwmutex: writers that wait keep later readers out, so nobody starves

    ;;> (make-rwmutex)
    ;;> A lock for one writer or any number of readers.
    (define (make-rwmutex)
      (%make-rwmutex 0 #f (make-waitq 'rwmutex-lock!) (make-waitq 'rwmutex-rlock!)))

    ;;> (rwmutex-lock! rwmutex)
    ;;> Gets the lock for writing, alone.
    (define (rwmutex-lock! l)
      (if (or (rw-writing? l) (> (rw-readers l) 0))
          (waitq-park! (rw-writers l))
          (set-rw-writing! l #t))
      (hold! (rw-writers l)))

    ;;> (rwmutex-try-lock! rwmutex)
    ;;> The same if that is possible now; whether it was.
    (define (rwmutex-try-lock! l)
      (if (or (rw-writing? l) (> (rw-readers l) 0))
          #f
          (begin
            (set-rw-writing! l #t)
            (hold! (rw-writers l))
            #t)))

    ;;> (rwmutex-unlock! rwmutex)
    ;;> Gives it to the readers that wait, or to the next writer, or back.
    (define (rwmutex-unlock! l)
      (if (not (rw-writing? l)) (fatal "sync: Unlock of unlocked RWMutex"))
      (set-waitq-holder! (rw-writers l) #f)
      (let ((readers (waitq-give-all! (rw-waiting-readers l) #t)))
        (if (> readers 0)
            (begin
              (set-rw-readers! l readers)
              (set-rw-writing! l #f))
            (if (not (waitq-give! (rw-writers l) #t))
                (set-rw-writing! l #f)))))

    ;; Writers wait for tasks of the reader's scheduler now.
    (define-syntax add-reader!
      (syntax-rules ()
        ((_ l)
         (begin
           (waitq-home-here! (rw-writers l))
           (set-rw-readers! l (+ (rw-readers l) 1))))))

    ;;> (rwmutex-rlock! rwmutex)
    ;;> Gets the lock for reading, along with other readers.
    (define (rwmutex-rlock! l)
      (if (or (rw-writing? l) (not (waitq-empty? (rw-writers l))))
          (waitq-park! (rw-waiting-readers l))
          (add-reader! l)))

    ;;> (rwmutex-try-rlock! rwmutex)
    ;;> The same if that is possible now; whether it was.
    (define (rwmutex-try-rlock! l)
      (if (or (rw-writing? l) (not (waitq-empty? (rw-writers l))))
          #f
          (begin
            (add-reader! l)
            #t)))

    ;;> (rwmutex-runlock! rwmutex)
    ;;> One reader less.
    (define (rwmutex-runlock! l)
      (if (= (rw-readers l) 0) (fatal "sync: RUnlock of unlocked RWMutex"))
      (set-rw-readers! l (- (rw-readers l) 1))
      (if (and (= (rw-readers l) 0) (waitq-give! (rw-writers l) #t))
          (set-rw-writing! l #t)))

    ;; ---- wait group

    ;;> (make-wait-group)
    ;;> A counter, 0 at first, whose return to 0 can be waited for.
    (define (make-wait-group) (%make-wait-group 0 (make-waitq 'wait-group-wait!)))

    ;;> (wait-group-add! wait-group n)
    ;;> Adds n to the counter.
    (define (wait-group-add! wg n)
      (let ((count (+ (wg-count wg) n)))
        (if (< count 0) (refuse 'error "wait-group-add!: negative WaitGroup counter"))
        (if (= (wg-count wg) 0) (waitq-home-here! (wg-queue wg)))
        (set-wg-count! wg count)
        (if (= count 0) (waitq-give-all! (wg-queue wg) #t))))

    ;;> (wait-group-done! wait-group)
    ;;> Takes 1 from the counter.
    (define (wait-group-done! wg) (wait-group-add! wg -1))

    ;;> (wait-group-wait! wait-group)
    ;;> Waits until the counter is 0.
    (define (wait-group-wait! wg)
      (if (> (wg-count wg) 0) (waitq-park! (wg-queue wg))))

    ;;> (wait-group-go! wait-group thunk)
    ;;> Calls the thunk in a task that counts until it has ended.
    (define (wait-group-go! wg thunk)
      (wait-group-add! wg 1)
      (begin-task
       (lambda ()
         (dynamic-wind
          (lambda () #f)
          thunk
          (lambda () (wait-group-done! wg))))))

    ;; ---- once

    ;;> (make-once)
    ;;> For something to be done once.
    (define (make-once) (%make-once 'fresh (make-waitq 'once-do!)))

    ;;> (once-do! once thunk)
    ;;> Calls the thunk if this is the first call for that once; else waits until the first
    ;;> has ended, also by an error, which counts as done.
    (define (once-do! once thunk)
      (case (once-state once)
        ((fresh)
         (set-once-state! once 'running)
         (hold! (once-queue once))
         (dynamic-wind
          (lambda () #f)
          (lambda () (thunk) #t)
          (lambda ()
            (set-once-state! once 'done)
            (waitq-give-all! (once-queue once) #t))))
        ((running) (waitq-park! (once-queue once)))
        (else #t)))

    ;; ---- condition variable

    ;;> (make-cond mutex)
    ;;> A condition variable, used with that lock held.
    (define (make-cond mutex) (%make-cond mutex (make-waitq 'cond-wait!)))

    ;;> (cond-wait! cond)
    ;;> Gives the lock up, waits for a signal, and gets the lock again.
    (define (cond-wait! c)
      (let ((m (cond-mutex c)))
        ;; In the queue before the lock is given up: no signal is missed in between.
        (waitq-add! (cond-queue c) (wait-open) #f)
        (dynamic-wind
         (lambda () #f)
         (lambda ()
           (mutex-unlock! m)
           (wait-park (cond-queue c)))
         (lambda () (mutex-lock! m)))))

    ;;> (cond-signal! cond)
    ;;> Wakes the task that has waited longest.
    (define (cond-signal! c) (waitq-give! (cond-queue c) #t))

    ;;> (cond-broadcast! cond)
    ;;> Wakes all that wait.
    (define (cond-broadcast! c) (waitq-give-all! (cond-queue c) #t))

    ;; ---- pool

    (define most-pooled 64)

    ;;> (make-pool [new])
    ;;> A place for objects to be used again; (new) makes one when there is none. It does
    ;;> not keep them from being collected.
    (define (make-pool 1 . new)
      (%make-pool (if (pair? new) (car new) (lambda () #f)) '() 0))

    ;;> (pool-get! pool)
    ;;> An object that was put there, or a new one.
    (define (pool-get! p)
      (let ((items (pool-items p)))
        (if (null? items)
            ((pool-new p))
            (begin
              (set-pool-items! p (cdr items))
              (set-pool-count! p (- (pool-count p) 1))
              (let ((item (ephemeron-key (car items))))
                (if (ephemeron-broken? (car items)) (pool-get! p) item))))))

    ;;> (pool-put! pool obj)
    ;;> Puts obj there; a pool keeps some objects and forgets the rest.
    (define (pool-put! p obj)
      (if (< (pool-count p) most-pooled)
          (begin
            (set-pool-items! p (cons (make-ephemeron obj #t) (pool-items p)))
            (set-pool-count! p (+ (pool-count p) 1)))))))

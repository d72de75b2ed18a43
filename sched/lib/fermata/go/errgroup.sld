;; Groups of tasks that fail together (Go's package errgroup). A procedure fails by raising.
(define-library (fermata go errgroup)
  (export make-errgroup errgroup? errgroup-context errgroup-set-limit!
          errgroup-go! errgroup-try-go! errgroup-wait!)
  (import (scheme base) (fermata sched) (fermata go channel) (fermata go task)
          (fermata go context) (fermata go records) (fermata go fields))
  (begin

    ;;> (make-errgroup [context])
    ;;> A group of tasks. Its own context, a child of the one given, is cancelled by the
    ;;> first error, and when all have ended.
    (define (make-errgroup 1 . context)
      (let-values (((ctx cancel)
                    (context-with-cancel
                     (if (pair? context) (car context) background-context))))
        (%make-errgroup ctx cancel #f 0 (make-waitq 'errgroup-go!)
                        (make-waitq 'errgroup-wait!) '())))

    ;;> (errgroup-context group)
    ;;> The context its tasks should look at.
    (define (errgroup-context g) (eg-context g))

    ;;> (errgroup-set-limit! group n)
    ;;> At most n tasks at a time; #f: any number. Not while tasks run.
    (define (errgroup-set-limit! g n)
      (if (not (or (not n) (and (exact-integer? n) (>= n 0))))
          (refuse 'out-of-range
                  "errgroup-set-limit!: the limit must be an exact integer, 0 or more, or #f, got"
                  n))
      (if (> (eg-count g) 0)
          (refuse 'error "errgroup-set-limit!: tasks of the group are running:"
                  (eg-count g)))
      (set-eg-limit! g n))

    (define-syntax full?
      (syntax-rules ()
        ((_ g) (let ((limit (eg-limit g)))
                 (and limit (>= (eg-count g) limit))))))

    ;; Who ends gives the place to who waits for one.
    (define (leave! g)
      (if (not (waitq-give! (eg-slots g) #t))
          (begin
            (set-eg-count! g (- (eg-count g) 1))
            (if (= (eg-count g) 0)
                (waitq-give-all! (eg-idle g) #t)))))

    (define (begin-member! g thunk)
      (begin-task
       (lambda ()
         (dynamic-wind
          (lambda () #f)
          (lambda ()
            (guard (obj (#t (fail! g obj)))
              (thunk)))
          (lambda () (leave! g))))))

    (define (fail! g obj)
      (if (null? (eg-error g))
          (begin
            (set-eg-error! g (list obj))
            ((eg-cancel g) obj))))

    ;;> (errgroup-go! group thunk)
    ;;> Calls the thunk in a task of the group; waits first while the limit is reached.
    (define (errgroup-go! g thunk)
      (if (full? g)
          (waitq-park! (eg-slots g))
          (set-eg-count! g (+ (eg-count g) 1)))
      (begin-member! g thunk))

    ;;> (errgroup-try-go! group thunk)
    ;;> The same unless the limit is reached; whether it was not.
    (define (errgroup-try-go! g thunk)
      (if (full? g)
          #f
          (begin
            (set-eg-count! g (+ (eg-count g) 1))
            (begin-member! g thunk)
            #t)))

    ;;> (errgroup-wait! group)
    ;;> Waits until all have ended; what the first that failed raised, or #f.
    (define (errgroup-wait! g)
      (if (> (eg-count g) 0) (waitq-park! (eg-idle g)))
      ((eg-cancel g))
      (and (pair? (eg-error g)) (car (eg-error g))))))

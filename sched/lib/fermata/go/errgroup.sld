;; Groups of tasks that fail together (Go's package errgroup). A procedure fails by raising.
(define-library (fermata go errgroup)
  (export make-errgroup errgroup? errgroup-context errgroup-set-limit!
          errgroup-go! errgroup-try-go! errgroup-wait!)
  (import (scheme base) (fermata sched) (fermata go channel) (fermata go task)
          (fermata go context))
  (begin

    (define-record-type <errgroup>
      (%make-errgroup context cancel limit count slots idle error)
      errgroup?
      (context errgroup-context*)
      (cancel errgroup-cancel)
      (limit errgroup-limit set-errgroup-limit!)    ; #f: none
      (count errgroup-count set-errgroup-count!)
      (slots errgroup-slots)                        ; who waits to begin one
      (idle errgroup-idle)                          ; who waits for the end of all
      (error errgroup-error set-errgroup-error!))   ; list of the first, or ()

    ;;> (make-errgroup [context])
    ;;> A group of tasks. Its own context, a child of the one given, is cancelled by the
    ;;> first error, and when all have ended.
    (define (make-errgroup . context)
      (let-values (((ctx cancel)
                    (context-with-cancel
                     (if (pair? context) (car context) background-context))))
        (%make-errgroup ctx cancel #f 0 (make-waitq 'errgroup-go!)
                        (make-waitq 'errgroup-wait!) '())))

    ;;> (errgroup-context group)
    ;;> The context its tasks should look at.
    (define (errgroup-context g) (errgroup-context* g))

    ;;> (errgroup-set-limit! group n)
    ;;> At most n tasks at a time; #f: any number. Not while tasks run.
    (define (errgroup-set-limit! g n)
      (if (not (or (not n) (and (exact-integer? n) (>= n 0))))
          (refuse 'out-of-range
                  "errgroup-set-limit!: the limit must be an exact integer, 0 or more, or #f, got"
                  n))
      (if (> (errgroup-count g) 0)
          (refuse 'error "errgroup-set-limit!: tasks of the group are running:"
                  (errgroup-count g)))
      (set-errgroup-limit! g n))

    (define (full? g)
      (let ((limit (errgroup-limit g)))
        (and limit (>= (errgroup-count g) limit))))

    ;; Who ends gives the place to who waits for one.
    (define (leave! g)
      (if (not (waitq-give! (errgroup-slots g) #t))
          (begin
            (set-errgroup-count! g (- (errgroup-count g) 1))
            (if (= (errgroup-count g) 0)
                (waitq-give-all! (errgroup-idle g) #t)))))

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
      (if (null? (errgroup-error g))
          (begin
            (set-errgroup-error! g (list obj))
            ((errgroup-cancel g) obj))))

    ;;> (errgroup-go! group thunk)
    ;;> Calls the thunk in a task of the group; waits first while the limit is reached.
    (define (errgroup-go! g thunk)
      (if (full? g)
          (waitq-park! (errgroup-slots g))
          (set-errgroup-count! g (+ (errgroup-count g) 1)))
      (begin-member! g thunk))

    ;;> (errgroup-try-go! group thunk)
    ;;> The same unless the limit is reached; whether it was not.
    (define (errgroup-try-go! g thunk)
      (if (full? g)
          #f
          (begin
            (set-errgroup-count! g (+ (errgroup-count g) 1))
            (begin-member! g thunk)
            #t)))

    ;;> (errgroup-wait! group)
    ;;> Waits until all have ended; what the first that failed raised, or #f.
    (define (errgroup-wait! g)
      (if (> (errgroup-count g) 0) (waitq-park! (errgroup-idle g)))
      ((errgroup-cancel g))
      (and (pair? (errgroup-error g)) (car (errgroup-error g))))))

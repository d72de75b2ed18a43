;; Mutexes and condition variables.
;;
;; The state of a mutex is the car of a pair: #f, a thread, or not-owned; handing while it
;; goes from one to the next. It is given to the first who waits, who is then woken, so
;; nobody else can take it between.

;;> (mutex? obj)
;;> Whether obj is a mutex.
;;
;;> (mutex-name mutex)
;;> The name it was made with.
;;
;;> (mutex-specific mutex)
;;> What is kept in its field.
;;
;;> (mutex-specific-set! mutex obj)
;;> Keeps obj in its field.
(define-record-type <mutex>
  (new-mutex name specific state abandoned? queue)
  mutex?
  (name mutex-name)
  (specific mutex-specific mutex-specific-set!)
  (state mutex-cell)
  (abandoned? mutex-abandoned? set-mutex-abandoned!)
  (queue mutex-queue))

(define-record-type <abandoned> (make-abandoned) abandoned-mutex-exception?)
;;> (abandoned-mutex-exception? obj)
;;> Whether obj is raised because the thread that held a mutex ended.

;;> (make-mutex [name])
;;> A mutex that is not locked.
(define (make-mutex 1 . name)
  (let ((name (and (pair? name) (car name))))
    (new-mutex name #f (list #f) #f (make-waitq name))))

(define (check-mutex who obj)
  (if (not (mutex? obj))
      (error (string-append who ": argument 1 must be a mutex, got") obj)))

;;> (mutex-state mutex)
;;> The thread that owns it; or not-owned, when it is locked without one; abandoned or
;;> not-abandoned when it is not locked.
(define (mutex-state mutex)
  (let ((state (car (mutex-cell mutex))))
    (cond (state state)
          ((mutex-abandoned? mutex) 'abandoned)
          (else 'not-abandoned))))

(define none (list 'none))

;; Sets the state when nobody has the mutex, in one piece.
(define (take-if-free! cell state)
  (if (car cell)
      #f
      (begin (set-car! cell state) #t)))

;; Gives the mutex, which is not free, to the first who waits for it. Who came to the queue
;; while it was made free is seen by one of us.
(define (hand-over! mutex)
  (let* ((cell (mutex-cell mutex))
         (queue (mutex-queue mutex))
         (next (waitq-take! queue none #t)))
    (if (eq? next none)
        (begin
          (set-car! cell #f)
          (if (not (waitq-empty? queue)) (hand-over-if-free! mutex)))
        (set-car! cell (car next)))))    ; before the one who was woken can look

(define (hand-over-if-free! mutex)
  (if (take-if-free! (mutex-cell mutex) 'handing) (hand-over! mutex)))

;; A thread has a list of the mutexes that it owns or waits for, so that nothing is
;; forgotten when it ends between the two.
(define (note-mutex! mutex owner)
  (if (and (thread? owner) (not (memq mutex (thread-mutexes owner))))
      (set-thread-mutexes! owner (cons mutex (thread-mutexes owner)))))

(define (forget-mutex! mutex owner)
  (if (thread? owner)
      (set-thread-mutexes!
       owner
       (let without ((rest (thread-mutexes owner)))
         (cond ((null? rest) '())
               ((eq? (car rest) mutex) (cdr rest))
               (else (cons (car rest) (without (cdr rest)))))))))

;; The thread has ended.
(define (abandon! mutex thread)
  (let ((cell (mutex-cell mutex)))
    (if (eq? (car cell) thread)
        (begin
          (set-car! cell 'handing)
          (set-mutex-abandoned! mutex #t)
          (hand-over! mutex)))))

;;> (mutex-lock! mutex [timeout [thread]])
;;> Waits until it can be locked, and locks it for the thread, or this one; #f: for none.
;;> #f when the timeout passed before.
(define (mutex-lock! mutex 2 . options)
  (check-mutex "mutex-lock!" mutex)
  (let* ((limit (limit->nanoseconds "mutex-lock!"
                                    (and (pair? options) (car options))))
         (owner (if (and (pair? options) (pair? (cdr options)))
                    (or (cadr options) 'not-owned)
                    (current-thread)))
         (locked? (begin
                    (note-mutex! mutex owner)
                    (or (take-if-free! (mutex-cell mutex) owner)
                        (wait-in (mutex-queue mutex) (list owner) limit
                                 (lambda () (hand-over-if-free! mutex) #f)
                                 'mutex-lock!)))))
    (cond ((not locked?)
           (forget-mutex! mutex owner)
           #f)
          ((and (thread? owner) (thread-ended? owner))
           (abandon! mutex owner)
           #t)
          (else
           (set-waitq-holder! (mutex-queue mutex)
                              (and (thread? owner) (thread-task owner)))
           (if (mutex-abandoned? mutex)
               (begin
                 (set-mutex-abandoned! mutex #f)
                 (raise (make-abandoned))))
           #t))))

;;> (mutex-unlock! mutex [condition-variable [timeout]])
;;> Unlocks it; then waits for the condition variable if one is given, and returns #f when
;;> the timeout passed before.
(define (mutex-unlock! mutex 2 . options)
  (check-mutex "mutex-unlock!" mutex)
  (define (unlock)
    (let ((owner (car (mutex-cell mutex))))
      (if owner
          (begin
            (if (eq? owner (current-thread)) (forget-mutex! mutex owner))
            (set-mutex-abandoned! mutex #f)
            (set-waitq-holder! (mutex-queue mutex) #f)
            (hand-over! mutex))))
    #f)
  (if (and (pair? options) (car options))
      (wait-in (condition-variable-queue (car options)) #f
               (limit->nanoseconds "mutex-unlock!"
                                   (and (pair? (cdr options))
                                        (cadr options)))
               unlock
               'condition-variable)
      (begin (unlock) #t)))

;; ---- condition variables

;;> (condition-variable? obj)
;;> Whether obj is a condition variable.
;;
;;> (condition-variable-name condition-variable)
;;> The name it was made with.
;;
;;> (condition-variable-specific condition-variable)
;;> What is kept in its field.
;;
;;> (condition-variable-specific-set! condition-variable obj)
;;> Keeps obj in its field.
(define-record-type <condition-variable>
  (new-condition-variable name specific queue)
  condition-variable?
  (name condition-variable-name)
  (specific condition-variable-specific condition-variable-specific-set!)
  (queue condition-variable-queue))

;;> (make-condition-variable [name])
;;> A condition variable nobody waits for.
(define (make-condition-variable 1 . name)
  (let ((name (and (pair? name) (car name))))
    (new-condition-variable name #f (make-waitq name))))

;;> (condition-variable-signal! condition-variable)
;;> Wakes the first thread that waits for it.
(define (condition-variable-signal! variable)
  (waitq-give! (condition-variable-queue variable) #t)
  #t)

;;> (condition-variable-broadcast! condition-variable)
;;> Wakes all threads that wait for it.
(define (condition-variable-broadcast! variable)
  (waitq-give-all! (condition-variable-queue variable) #t)
  #t)

;; What tests of the scheduler begin with.

;; What the thunk returns, called in a task of a scheduler of its own, on virtual time.
(define (in-scheduler thunk . options)
  (let* ((s (apply make-scheduler 'clock 'virtual 'on-error 'keep options))
         (t (task-spawn s thunk)))
    (scheduler-run s)
    (task-join t)))

(define (repeat n proc)
  (let loop ((i 0))
    (if (< i n) (begin (proc i) (loop (+ i 1))))))

;; A procedure that keeps what it is called with; without an argument it gives them in order.
(define (collector)
  (let ((items '()))
    (lambda new
      (if (pair? new) (set! items (cons (car new) items)))
      (reverse items))))

;; Control as procedures: what is to be done is given as thunks.

;; Calls them in order; what the last returns.
(define (call-all thunks)
  (if (pair? thunks)
      (if (null? (cdr thunks))
          ((car thunks))
          (begin ((car thunks)) (call-all (cdr thunks))))))

;;> (begin-procedure thunk ...)
;;> Calls the thunks in order; what the last returns.
(define (begin-procedure . thunks) (call-all thunks))

;;> (if-procedure obj then else)
;;> Calls the thunk then when obj is true, or else.
(define (if-procedure obj then else) (if obj (then) (else)))

;;> (when-procedure obj thunk ...)
;;> Calls the thunks when obj is true.
(define (when-procedure obj . thunks) (if obj (call-all thunks)))

;;> (unless-procedure obj thunk ...)
;;> Calls the thunks when obj is #f.
(define (unless-procedure obj . thunks) (if (not obj) (call-all thunks)))

;;> (value-procedure obj then else)
;;> Calls then with obj when that is true, or the thunk else.
(define (value-procedure obj then else) (if obj (then obj) (else)))

;;> (case-procedure obj alist [else])
;;> Calls the thunk that the association list has for obj (by eqv?), or else.
(define (case-procedure obj alist 1 . else)
  (let ((found (assv obj alist)))
    (cond (found ((cdr found)))
          ((pair? else) ((car else))))))

;;> (and-procedure thunk ...)
;;> Calls the thunks until one returns #f; what the last call returned.
(define (and-procedure . thunks)
  (or (null? thunks)
      (let loop ((rest thunks))
        (if (null? (cdr rest))
            ((car rest))
            (and ((car rest)) (loop (cdr rest)))))))

;;> (eager-and-procedure thunk ...)
;;> Calls all thunks; what the last returned, or #f when one did.
(define (eager-and-procedure . thunks)
  (let loop ((rest thunks) (result #t))
    (if (null? rest)
        result
        (let ((value ((car rest)))) (loop (cdr rest) (and result value))))))

;;> (or-procedure thunk ...)
;;> Calls the thunks until one returns a true value, and returns that.
(define (or-procedure . thunks) (any (lambda (thunk) (thunk)) thunks))

;;> (eager-or-procedure thunk ...)
;;> Calls all thunks; the first true value, or #f.
(define (eager-or-procedure . thunks)
  (let loop ((rest thunks) (result #f))
    (if (null? rest)
        result
        (let ((value ((car rest)))) (loop (cdr rest) (or result value))))))

;;> (funcall-procedure thunk)
;;> Calls the thunk: its values.
(define (funcall-procedure thunk) (thunk))

;;> (loop-procedure thunk)
;;> Calls the thunk again and again, without end.
(define (loop-procedure thunk) (thunk) (loop-procedure thunk))

;;> (while-procedure thunk)
;;> Calls the thunk until it returns #f.
(define (while-procedure thunk) (if (thunk) (while-procedure thunk)))

;;> (until-procedure thunk)
;;> Calls the thunk until it returns a true value.
(define (until-procedure thunk) (if (not (thunk)) (until-procedure thunk)))

;;> (always obj ...)
;;> #t.
(define (always . objects) #t)

;;> (never obj ...)
;;> #f.
(define (never . objects) #f)

;;> (boolean obj)
;;> #t for a true obj.
(define (boolean obj) (and obj #t))

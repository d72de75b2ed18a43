;; Procedures made from procedures.

;;> (constantly obj ...)
;;> A procedure of any arguments that returns the objects.
(define (constantly . objects) (lambda ignored (apply values objects)))

;;> (complement pred)
;;> A procedure that is true where pred is not.
(define (complement pred) (lambda objects (not (apply pred objects))))

;;> (swap proc)
;;> proc with its first two arguments exchanged.
(define (swap proc)
  (lambda (first second . rest) (apply proc second first rest)))

;;> (flip proc)
;;> proc with its arguments in the opposite order.
(define (flip proc) (lambda objects (apply proc (reverse objects))))

;;> (on-left proc)
;;> A procedure of two arguments that gives proc the first.
(define (on-left proc) (lambda (left right) (proc left)))

;;> (on-right proc)
;;> A procedure of two arguments that gives proc the second.
(define (on-right proc) (lambda (left right) (proc right)))

;;> (conjoin pred ...)
;;> A procedure that is true where all predicates are.
(define (conjoin . preds)
  (lambda objects
    (or (null? preds)
        (let loop ((rest preds))
          (if (null? (cdr rest))
              (apply (car rest) objects)
              (and (apply (car rest) objects) (loop (cdr rest))))))))

;;> (disjoin pred ...)
;;> A procedure that is true where one of the predicates is.
(define (disjoin . preds)
  (lambda objects (any (lambda (pred) (apply pred objects)) preds)))

;;> (each-of proc ...)
;;> A procedure that gives its arguments to each, for the effects.
(define (each-of . procs)
  (lambda objects (for-each (lambda (proc) (apply proc objects)) procs)))

;;> (all-of pred)
;;> A predicate of lists: whether pred is true of all elements.
(define (all-of pred) (lambda (list) (every pred list)))

;;> (any-of pred)
;;> A predicate of lists: whether pred is true of an element.
(define (any-of pred) (lambda (list) (any pred list)))

;;> (on reducer mapper)
;;> A procedure that gives reducer what mapper makes of each argument.
(define (on reducer mapper)
  (lambda objects (apply reducer (map mapper objects))))

;;> (left-section proc obj ...)
;;> proc with the objects before its arguments.
(define (left-section proc . first)
  (lambda objects (apply proc (append first objects))))

;;> (right-section proc obj ...)
;;> proc with the objects, in the opposite order, behind its arguments.
(define (right-section proc . last)
  (let ((last (reverse last)))
    (lambda objects (apply proc (append objects last)))))

;;> (apply-chain proc ...)
;;> A procedure that gives its arguments to the last, the values of that to the one
;;> before, and so on.
(define (apply-chain . procs)
  (cond ((null? procs) values)
        ((null? (cdr procs)) (car procs))
        (else
         (let ((inner (apply apply-chain (cdr procs))))
           (lambda objects
             (call-with-values (lambda () (apply inner objects))
                               (car procs)))))))

;;> (arguments-drop proc n)
;;> proc without the first n arguments.
(define (arguments-drop proc n)
  (lambda objects (apply proc (drop objects n))))

;;> (arguments-drop-right proc n)
;;> proc without the last n arguments.
(define (arguments-drop-right proc n)
  (lambda objects (apply proc (drop-right objects n))))

;;> (arguments-take proc n)
;;> proc with the first n arguments only.
(define (arguments-take proc n)
  (lambda objects (apply proc (take objects n))))

;;> (arguments-take-right proc n)
;;> proc with the last n arguments only.
(define (arguments-take-right proc n)
  (lambda objects (apply proc (take-right objects n))))

;;> (group-by key [same?])
;;> A procedure from a list to the list of its groups: lists of elements with the same
;;> key, in the order in which they came.
(define (group-by key 1 . same?)
  (let ((same? (if (pair? same?) (car same?) equal?)))
    (lambda (list)
      (let loop ((rest list) (groups '()))   ; (key element ...), last first
        (if (null? rest)
            (reverse (map (lambda (group) (reverse (cdr group))) groups))
            (let* ((own (key (car rest)))
                   (group (assoc own groups same?)))
              (if group
                  (begin
                    (set-cdr! group (cons (car rest) (cdr group)))
                    (loop (cdr rest) groups))
                  (loop (cdr rest)
                        (cons (cons own (cons (car rest) '()))
                              groups)))))))))

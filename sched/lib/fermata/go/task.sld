;; Goroutines: tasks that nobody holds, whose errors end the program.
;;
;; As in Go, the program ends with status 2 when an error in any of its tasks is handled by
;; nobody, and when all of them wait for each other.
(define-library (fermata go task)
  (export go go-yield begin-task)
  (import (scheme base) (fermata sched)
          (only (fermata builtins) er-macro-transformer))
  (begin

    (define crash-status 2)

    (if (main-task? (task-current))
        (begin
          (program-on-crash! crash-status)
          (program-on-stuck! crash-status
                             "fatal error: all goroutines are asleep - deadlock!")))

    (define (begin-task thunk)
      (task-spawn* #f thunk #f 1 #f crash-status)
      (if #f #f))

    ;;> (go expression ...)
    ;;> Has the expressions evaluated in a task of their own. A single call (go (f arg ...)),
    ;;> also written (go f arg ...), has f and the arguments evaluated here and now, and only
    ;;> the call made there.
    (define-syntax go
      (er-macro-transformer
       (lambda (form rename compare)
         (define (lambda? form)
           (and (pair? form) (compare (car form))
                (compare (car form) (rename 'lambda))))
         (define (call? form)
           (and (pair? form) (list? form) (not (compare (car form)))))
         (define (fresh i)
           (rename (string->symbol (string-append "%a" (number->string i)))))
         ;; Variables for what is not constant anyway.
         (define (spawn-call forms)
           (let loop ((rest forms) (i 0) (bindings '()) (call '()))
             (if (pair? rest)
                 (let ((name (fresh i)))
                   (loop (cdr rest) (+ i 1)
                         (cons (list name (car rest)) bindings)
                         (cons name call)))
                 (list (rename 'let*) (reverse bindings)
                       (list (rename 'begin-task)
                             ;; Not a tail call: reports tell the place.
                             (list (rename 'lambda) '() (reverse call) #f))))))
         (let ((forms (cdr form)))
           (cond ((null? forms)
                  (error "go: an expression is missing"))
                 ((or (not (pair? (car forms))) (lambda? (car forms)))
                  (spawn-call forms))
                 ((and (null? (cdr forms)) (call? (car forms)))
                  (spawn-call (car forms)))
                 (else
                  (list (rename 'begin-task)
                        (append (list (rename 'lambda) '()) forms '(#f)))))))))

    ;;> (go-yield)
    ;;> Lets the other tasks that can run have a turn (Go's runtime.Gosched).
    (define (go-yield) (task-yield))))

;; SRFI 2: and-let*, a sequence of tests and bindings that ends with the first #f.
(define-library (srfi 2)
  (export and-let*)
  (import (scheme base))
  (begin

    ;;> (and-let* (clause ...) form ...)
    ;;> Evaluates the clauses in order: (variable expression) binds, (expression) and a
    ;;> lone variable only test. The first #f is the value; else the body's last.
    (define-syntax and-let*
      (syntax-rules ()
        ((_ ()) #t)
        ((_ () form ...) (let () form ...))
        ((_ ((variable expression))) (let ((variable expression)) variable))
        ((_ ((expression))) expression)
        ((_ (variable)) variable)
        ((_ ((variable expression) . clauses) . body)
         (let ((variable expression))
           (if variable (and-let* clauses . body) #f)))
        ((_ ((expression) . clauses) . body)
         (if expression (and-let* clauses . body) #f))
        ((_ (variable . clauses) . body)
         (if variable (and-let* clauses . body) #f))))))

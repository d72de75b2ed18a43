;; Forms for streams.

;;> (define-stream (name . formals) body ...)
;;> Defines a procedure that returns a stream.
(define-syntax define-stream
  (syntax-rules ()
    ((_ (name . formals) . body)
     (define name (stream-lambda formals . body)))))

;;> (stream-let name ((variable init) ...) body ...)
;;> A loop that returns a stream.
(define-syntax stream-let
  (syntax-rules ()
    ((_ name ((variable init) ...) . body)
     ((letrec ((name (stream-lambda (variable ...) . body))) name)
      init ...))))

;;> (stream expression ...)
;;> A stream of the values, each evaluated when it is asked.
(define-syntax stream
  (syntax-rules ()
    ((_) stream-null)
    ((_ first . rest) (stream-cons first (stream . rest)))))

;;> (stream-match stream (pattern [test] expression) ...)
;;> Evaluates the expression of the first pattern that fits: () for the empty stream,
;;> (p . rest) for one with elements, a variable or _ for anything.
(define-syntax stream-match
  (syntax-rules ()
    ((_ expression clause ...)
     (let ((subject expression))
       (%check 'stream-match 1 subject)
       (cond ((%match-clause subject clause) => car)
             ...
             (else (error "stream-match: no pattern fits" subject)))))))

(define-syntax %match-clause
  (syntax-rules ()
    ((_ subject (pattern test expression))
     (%match subject pattern (and test (list expression))))
    ((_ subject (pattern expression))
     (%match subject pattern (list expression)))))

(define-syntax %match
  (syntax-rules (_)
    ((m subject () success) (and (stream-null? subject) success))
    ((m subject (_ . rest) success)
     (and (stream-pair? subject)
          (let ((tail (stream-cdr subject)))
            (%match tail rest success))))
    ((m subject (variable . rest) success)
     (and (stream-pair? subject)
          (let ((variable (stream-car subject)) (tail (stream-cdr subject)))
            (%match tail rest success))))
    ((m subject _ success) success)
    ((m subject variable success) (let ((variable subject)) success))))

;;> (stream-of expression clause ...)
;;> A stream of the expression's values for the clauses, the later ones varying faster:
;;> (variable in stream), (variable is expression), or a test.
(define-syntax stream-of
  (syntax-rules ()
    ((_ expression . clauses) (%stream-of expression stream-null . clauses))))

(define-syntax %stream-of
  (syntax-rules (in is)
    ((_ expression rest) (stream-cons expression rest))
    ((_ expression rest (variable in stream) . clauses)
     (stream-let loop ((elements stream))
       (if (stream-null? elements)
           rest
           (let ((variable (stream-car elements)))
             (%stream-of expression (loop (stream-cdr elements))
                         . clauses)))))
    ((_ expression rest (variable is value) . clauses)
     (let ((variable value)) (%stream-of expression rest . clauses)))
    ((_ expression rest test . clauses)
     (if test (%stream-of expression rest . clauses) rest))))

;; Forms whose last operand, a producer, may return several values.

;;> (apply/mv operator operand ... producer)
;;> Calls the operator with the operands and the values of the producer.
(define-syntax apply/mv
  (syntax-rules ()
    ((_ operator operand1 operand2 ...)
     (let ((proc operator)) (%collect proc () operand1 operand2 ...)))))

;; Operands are evaluated in order; the last one gives a list of values.
(define-syntax %collect
  (syntax-rules ()
    ((_ proc (name ...) producer)
     (call-with-values (lambda () producer)
                       (lambda objects (apply proc name ... objects))))
    ((_ proc (name ...) operand more ...)
     (let ((next operand)) (%collect proc (name ... next) more ...)))))

;;> (call/mv consumer producer ...)
;;> Calls the consumer with the values of all producers.
(define-syntax call/mv
  (syntax-rules ()
    ((_ consumer producer ...)
     (let ((proc consumer))
       (apply proc (append (list/mv producer) ...))))))

;;> (list/mv element ... producer)
;;> A list of the elements and the values of the producer.
(define-syntax list/mv
  (syntax-rules () ((_ operand ...) (apply/mv list operand ...))))

;;> (vector/mv element ... producer)
;;> A vector of them.
(define-syntax vector/mv
  (syntax-rules () ((_ operand ...) (apply/mv vector operand ...))))

;;> (box/mv element ... producer)
;;> A box that holds them: unboxing gives several values.
(define-syntax box/mv
  (syntax-rules () ((_ operand ...) (apply/mv %box-of operand ...))))

(define (%box-of . objects)
  (let ((several (apply values objects))) (box several)))

;;> (value/mv index operand ... producer)
;;> The operand or value of the producer at that index.
(define-syntax value/mv
  (syntax-rules ()
    ((_ index operand ...)
     (let ((i index)) (list-ref (list/mv operand ...) i)))))

;;> (coarity producer)
;;> The number of its values.
(define-syntax coarity
  (syntax-rules () ((_ producer) (length (list/mv producer)))))

;;> (set!-values formals producer)
;;> Assigns the values of the producer to the variables.
(define-syntax set!-values
  (syntax-rules () ((_ formals producer) (%set-all () formals producer))))

(define-syntax %set-all
  (syntax-rules ()
    ((_ ((variable new) ...) () producer)
     (call-with-values (lambda () producer)
                       (lambda (new ...) (set! variable new) ... (if #f #f))))
    ((_ (done ...) (variable . more) producer)
     (%set-all (done ... (variable new)) more producer))
    ((_ ((variable new) ...) rest producer)
     (call-with-values (lambda () producer)
                       (lambda (new ... . others)
                         (set! variable new) ...
                         (set! rest others))))))

;;> (with-values producer consumer)
;;> Calls the consumer with the values of the producer.
(define-syntax with-values
  (syntax-rules ()
    ((_ producer consumer) (apply/mv consumer producer))))

;;> (case-receive producer (formals body ...) ...)
;;> The body of the first clause whose formals fit the values of the producer.
(define-syntax case-receive
  (syntax-rules ()
    ((_ producer clause ...) (with-values producer (case-lambda clause ...)))))

;;> (bind/mv producer transducer ...)
;;> Gives the values of the producer to the first transducer, its values to the next, and
;;> so on.
(define-syntax bind/mv
  (syntax-rules ()
    ((_ producer transducer ...)
     (bind/list (list/mv producer) transducer ...))))

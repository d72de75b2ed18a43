;; The state of formatting and its variables.

;; The slot of a variable of ours, or #f: then its value stands in the list of slot 0.
(define-record-type <state-variable>
  (new-variable name default slot immutable?)
  state-variable?
  (name variable-name)
  (default variable-default)
  (slot variable-slot)
  (immutable? variable-immutable?))

;;> (make-state-variable name default [immutable?])
;;> A new variable of the state of formatting, for fn and with; an immutable one cannot be
;;> changed by with!.
(define (make-state-variable name default 1 . immutable?)
  (new-variable name default #f (and (pair? immutable?) (car immutable?))))

(define (state-ref state variable)
  (cond ((not (state-variable? variable))
         (error "fn: not a state variable:" variable))
        ((variable-slot variable)
         => (lambda (slot) (vector-ref state slot)))
        ((assq variable (vector-ref state 0)) => cdr)
        (else (variable-default variable))))

(define (state-set! state variable value)
  (cond ((not (state-variable? variable))
         (error "with: not a state variable:" variable))
        ((variable-slot variable)
         => (lambda (slot) (vector-set! state slot value)))
        (else
         (vector-set!
          state 0
          (cons (cons variable value)
                (let without ((rest (vector-ref state 0)))
                  (cond ((null? rest) '())
                        ((eq? (caar rest) variable) (cdr rest))
                        (else (cons (car rest) (without (cdr rest)))))))))))

(define (copy-state state) (vector-copy state))

;; Does what the formatter says; what is none is shown as displayed shows it.
(define (run-formatter formatter state)
  (if (procedure? formatter)
      (formatter state)
      (show-object formatter state)))

;; ---- the forms

;;> (fn ((name variable) ...) expression ... formatter)
;;> A formatter that binds the names to the values of state variables, evaluates the
;;> expressions and does what the last one's formatter says. A lone name stands for the
;;> variable of that name.
(define-syntax fn
  (syntax-rules ()
    ((_ bindings body ...) (%fn bindings () body ...))))

(define-syntax %fn
  (syntax-rules ()
    ((_ () ((name variable) ...) body ...)
     (lambda (state)
       (run-formatter (let ((name (state-ref state variable)) ...) body ...)
                      state)))
    ((_ ((name variable) . more) (done ...) body ...)
     (%fn more (done ... (name variable)) body ...))
    ((_ (name . more) (done ...) body ...)
     (%fn more (done ... (name name)) body ...))))

;;> (with ((variable value) ...) formatter ...)
;;> The formatters one after another, with other values of the state variables.
(define-syntax with
  (syntax-rules ()
    ((_ ((variable value) ...) formatter ...)
     (lambda (state)
       (run-with state (list (cons variable value) ...)
                 (lambda () (each formatter ...)))))))

(define (run-with state settings make)
  (let ((old (map (lambda (setting) (state-ref state (car setting))) settings)))
    (for-each (lambda (setting) (state-set! state (car setting) (cdr setting)))
              settings)
    (run-formatter (make) state)
    (for-each (lambda (setting value) (state-set! state (car setting) value))
              settings old)))

;;> (with! (variable value) ...)
;;> A formatter that gives the state variables other values, for what comes after it.
(define-syntax with!
  (syntax-rules ()
    ((_ (variable value) ...)
     (lambda (state) (%set! state variable value) ...))))

(define (%set! state variable value)
  (if (and (state-variable? variable) (variable-immutable? variable))
      (error "with!: the state variable is immutable:"
             (variable-name variable)))
  (state-set! state variable value))

;;> (forked formatter1 formatter2)
;;> Does the first with a copy of the state, then the second with the state as it was.
(define (forked first second)
  (lambda (state)
    (run-formatter first (copy-state state))
    (run-formatter second state)))

;;> (call-with-output formatter proc)
;;> Collects what the formatter writes, with a copy of the state, and goes on with the
;;> formatter that (proc string) returns.
(define (call-with-output formatter proc)
  (lambda (state)
    (run-formatter (proc (text-of formatter state)) state)))

;; What the formatter writes, as a string; the state stays as it is.
(define (text-of formatter state)
  (let ((port (open-output-string)) (inner (copy-state state)))
    (vector-set! inner slot-port port)
    (vector-set! inner slot-output output-default)
    (run-formatter formatter inner)
    (get-output-string port)))

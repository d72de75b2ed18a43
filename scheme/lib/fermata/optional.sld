;; Optional and keyword arguments.
;;
;;   (define* (page title (width 80) &key (margin 4)) ...)
;;   (page "x" 72 'margin 2)
;;
;; A parameter (name default) is optional; the default is evaluated, when needed, where
;; the parameters before it are known.  After &key come keyword arguments, passed as a
;; quoted symbol and a value.
(define-library (fermata optional)
  (export opt-lambda opt*-lambda let-optionals let-optionals*
          define-optionals define-optionals*
          lambda* define* let-keywords &key)
  (import (scheme base))
  (begin

    ;; ---- SRFI 227

    ;;> (opt-lambda (required ... (variable default) ... . rest) body ...)
    ;;> A procedure whose last parameters may be left out. The defaults are evaluated
    ;;> outside the scope of all parameters.
    (define-syntax opt-lambda
      (syntax-rules ()
        ((_ formals body ...) (%formals plain () formals body ...))))

    ;;> (opt*-lambda (required ... (variable default) ... . rest) body ...)
    ;;> The same; a default may use the parameters before it.
    (define-syntax opt*-lambda
      (syntax-rules ()
        ((_ formals body ...) (%formals starred () formals body ...))))

    ;; (%formals kind (required ...) formals body ...)
    (define-syntax %formals
      (syntax-rules (plain starred)
        ((_ plain required ((variable default) . formals) body ...)
         (%hidden required () () ((variable default) . formals) body ...))
        ((_ starred (required ...) ((variable default) . formals) body ...)
         (lambda (required ... . rest)
           (%optionals starred rest ((variable default) . formals) () body ...)))
        ((_ kind (required ...) (variable . formals) body ...)
         (%formals kind (required ... variable) formals body ...))
        ((_ kind (required ...) rest body ...)
         (lambda (required ... . rest) body ...))))

    ;; (%hidden (required ...) (other-name ...) ((required other-name) ...) formals body ...)
    ;; The required arguments under other names, which the defaults cannot see.
    (define-syntax %hidden
      (syntax-rules ()
        ((_ () (name ...) done formals body ...)
         (lambda (name ... . rest)
           (%optionals plain rest formals done body ...)))
        ((_ (required . more) (name ...) (done ...) formals body ...)
         (%hidden more (name ... other) (done ... (required other)) formals
                  body ...))))

    ;; (%optionals kind expression formals ((variable value) ...) body ...)
    ;; Takes arguments from the list that expression gives.  Plain: all are bound at once,
    ;; at the end; starred: one after another.
    (define-syntax %optionals
      (syntax-rules (plain starred)
        ((_ plain list ((variable default) . formals) (done ...) body ...)
         (let* ((all list)
                (given? (pair? all))
                (value (if given? (car all) default))
                (more (if given? (cdr all) '())))
           (%optionals plain more formals (done ... (variable value)) body ...)))
        ((_ plain list () (done ...) body ...)
         (begin
           (%check-no-more list)
           (let (done ...) body ...)))
        ((_ plain list rest (done ...) body ...)
         (let (done ... (rest list)) body ...))
        ((_ starred list ((variable default) . formals) () body ...)
         (let* ((all list)
                (given? (pair? all))
                (variable (if given? (car all) default))
                (more (if given? (cdr all) '())))
           (%optionals starred more formals () body ...)))
        ((_ starred list () () body ...)
         (begin
           (%check-no-more list)
           (let () body ...)))
        ((_ starred list rest () body ...)
         (let ((rest list)) body ...))))

    (define (%check-no-more rest)
      (if (pair? rest)
          (error "too many arguments; nothing takes" (car rest))))

    ;;> (let-optionals list (variable ... (variable default) ... . rest) body ...)
    ;;> Binds the variables to the elements of list, or their defaults.
    (define-syntax let-optionals
      (syntax-rules ()
        ((_ list formals body ...)
         (apply (opt-lambda formals body ...) list))))

    ;;> (let-optionals* list (variable ... (variable default) ... . rest) body ...)
    ;;> The same; a default may use the variables before it.
    (define-syntax let-optionals*
      (syntax-rules ()
        ((_ list formals body ...)
         (apply (opt*-lambda formals body ...) list))))

    ;;> (define-optionals (name . formals) body ...)
    ;;> Defines name as (opt-lambda formals body ...).
    (define-syntax define-optionals
      (syntax-rules ()
        ((_ (name . formals) body ...)
         (define name (opt-lambda formals body ...)))))

    ;;> (define-optionals* (name . formals) body ...)
    ;;> Defines name as (opt*-lambda formals body ...).
    (define-syntax define-optionals*
      (syntax-rules ()
        ((_ (name . formals) body ...)
         (define name (opt*-lambda formals body ...)))))

    ;; ---- keywords

    ;;> &key
    ;;> In the parameters of lambda* and define*: keyword arguments follow.
    (define-syntax &key
      (syntax-rules ()))

    ;;> (lambda* (required ... (variable default) ... &key (name default) ...) body ...)
    ;;> A procedure with optional and keyword arguments. A caller writes a keyword
    ;;> argument as a quoted symbol and the value, in any order, after the others.
    (define-syntax lambda*
      (syntax-rules ()
        ((_ formals body ...) (%lambda* () formals body ...))))

    ;; (%lambda* (parameter ...) formals body ...): looks for &key.
    (define-syntax %lambda*
      (syntax-rules (&key)
        ((_ (parameter ...) (&key key ...) body ...)
         (opt*-lambda (parameter ... . rest)
           (let-keywords rest (key ...) body ...)))
        ((_ (parameter ...) (next . formals) body ...)
         (%lambda* (parameter ... next) formals body ...))
        ((_ (parameter ...) rest body ...)
         (opt*-lambda (parameter ... . rest) body ...))))

    ;;> (define* (name . formals) body ...)
    ;;> Defines name as (lambda* formals body ...).
    (define-syntax define*
      (syntax-rules ()
        ((_ (name . formals) body ...)
         (define name (lambda* formals body ...)))))

    ;;> (let-keywords list ((name default) ...) body ...)
    ;;> Binds each name to the value after its symbol in list, or its default. A lone
    ;;> name must be given. Other symbols in list are an error.
    (define-syntax let-keywords
      (syntax-rules ()
        ((_ list (key ...) body ...)
         (let ((given list))
           (%check-keywords given (%key-names () key ...))
           (%bind-keywords given (key ...) body ...)))))

    (define-syntax %key-names
      (syntax-rules ()
        ((_ (name ...)) '(name ...))
        ((_ (name ...) (next default) . keys)
         (%key-names (name ... next) . keys))
        ((_ (name ...) next . keys)
         (%key-names (name ... next) . keys))))

    (define-syntax %bind-keywords
      (syntax-rules ()
        ((_ given () body ...) (let () body ...))
        ((_ given ((name default) . keys) body ...)
         (let* ((found (%find-keyword 'name given))
                (name (if found (car found) default)))
           (%bind-keywords given keys body ...)))
        ((_ given (name . keys) body ...)
         (let* ((found (%find-keyword 'name given))
                (name (if found (car found) (%missing-keyword 'name))))
           (%bind-keywords given keys body ...)))))

    ;; The rest of the list that starts with the keyword's value, or #f.
    (define (%find-keyword name given)
      (let loop ((rest given))
        (cond ((null? rest) #f)
              ((eq? (car rest) name) (cdr rest))
              (else (loop (cddr rest))))))

    (define (%missing-keyword name)
      (error "a keyword argument is missing:" name))

    (define (%check-keywords given names)
      (let loop ((rest given))
        (cond ((null? rest))
              ((not (memq (car rest) names))
               (error "unknown keyword argument; known are"
                      names (car rest)))
              ((null? (cdr rest))
               (error "no value follows the keyword argument" (car rest)))
              (else (loop (cddr rest))))))))

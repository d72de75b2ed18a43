;; Syntax: conditions and sequences that end at Nothing or a Left.

;;> (maybe-if maybe then else)
;;> Evaluates then for a Just, else for Nothing.
(define-syntax maybe-if
  (syntax-rules ()
    ((_ maybe then else)
     (let ((value maybe))
       (check-maybe "maybe-if" value)
       (if (just? value) then else)))))

(define (checked-maybe who value)
  (check-maybe who value)
  value)
(define (checked-either who value)
  (check-either who value)
  value)

;;> (maybe-and maybe ...)
;;> The last Just, or the first Nothing, after which nothing is evaluated.
(define-syntax maybe-and
  (syntax-rules ()
    ((_) (just #t))
    ((_ maybe) (checked-maybe "maybe-and" maybe))
    ((_ maybe more ...)
     (let ((value (checked-maybe "maybe-and" maybe)))
       (if (just? value) (maybe-and more ...) value)))))

;;> (either-and either ...)
;;> The last Right, or the first Left, after which nothing is evaluated.
(define-syntax either-and
  (syntax-rules ()
    ((_) (right #t))
    ((_ either) (checked-either "either-and" either))
    ((_ either more ...)
     (let ((value (checked-either "either-and" either)))
       (if (right? value) (either-and more ...) value)))))

;;> (maybe-or maybe ...)
;;> The first Just, after which nothing is evaluated, or Nothing.
(define-syntax maybe-or
  (syntax-rules ()
    ((_) (nothing))
    ((_ maybe) (checked-maybe "maybe-or" maybe))
    ((_ maybe more ...)
     (let ((value (checked-maybe "maybe-or" maybe)))
       (if (just? value) value (maybe-or more ...))))))

;;> (either-or either ...)
;;> The first Right, after which nothing is evaluated, or the last Left.
(define-syntax either-or
  (syntax-rules ()
    ((_) (left #f))
    ((_ either) (checked-either "either-or" either))
    ((_ either more ...)
     (let ((value (checked-either "either-or" either)))
       (if (right? value) value (either-or more ...))))))

;;> (maybe-let* (claim ...) body ...)
;;> A Just of the values of the body, unless a claim gives Nothing. A claim is
;;
;;> (variable maybe), (maybe) or the name of a Maybe.
(define-syntax maybe-let*
  (syntax-rules ()
    ((_ ()) (just #t))
    ((_ () . body) (call-with-values (lambda () . body) just))
    ((_ ((maybe))) (checked-maybe "maybe-let*" maybe))
    ((_ ((variable maybe))) (checked-maybe "maybe-let*" maybe))
    ((_ ((maybe) . claims) . body)
     (let ((value (checked-maybe "maybe-let*" maybe)))
       (if (just? value) (maybe-let* claims . body) value)))
    ((_ ((variable maybe) . claims) . body)
     (let ((value (checked-maybe "maybe-let*" maybe)))
       (if (just? value)
           (let ((variable (single "maybe-let*" (just-payload value))))
             (maybe-let* claims . body))
           value)))
    ((_ (name . claims) . body) (maybe-let* ((name) . claims) . body))))

;;> (either-let* (claim ...) body ...)
;;> A Right of the values of the body, unless a claim gives a Left. A claim is
;;
;;> (variable either), (either) or the name of an Either.
(define-syntax either-let*
  (syntax-rules ()
    ((_ ()) (right #t))
    ((_ () . body) (call-with-values (lambda () . body) right))
    ((_ ((either))) (checked-either "either-let*" either))
    ((_ ((variable either))) (checked-either "either-let*" either))
    ((_ ((either) . claims) . body)
     (let ((value (checked-either "either-let*" either)))
       (if (right? value) (either-let* claims . body) value)))
    ((_ ((variable either) . claims) . body)
     (let ((value (checked-either "either-let*" either)))
       (if (right? value)
           (let ((variable (single "either-let*" (right-payload value))))
             (either-let* claims . body))
           value)))
    ((_ (name . claims) . body) (either-let* ((name) . claims) . body))))

;;> (maybe-let*-values (claim ...) body ...)
;;> Like maybe-let*, a claim being (formals maybe), (maybe) or a name.
(define-syntax maybe-let*-values
  (syntax-rules ()
    ((_ ()) (just #t))
    ((_ () . body) (call-with-values (lambda () . body) just))
    ((_ ((maybe))) (checked-maybe "maybe-let*-values" maybe))
    ((_ ((formals maybe))) (checked-maybe "maybe-let*-values" maybe))
    ((_ ((maybe) . claims) . body)
     (let ((value (checked-maybe "maybe-let*-values" maybe)))
       (if (just? value) (maybe-let*-values claims . body) value)))
    ((_ ((formals maybe) . claims) . body)
     (let ((value (checked-maybe "maybe-let*-values" maybe)))
       (if (just? value)
           (apply (lambda formals (maybe-let*-values claims . body))
                  (just-payload value))
           value)))
    ((_ (name . claims) . body)
     (maybe-let*-values ((name) . claims) . body))))

;;> (either-let*-values (claim ...) body ...)
;;> Like either-let*, a claim being (formals either), (either) or a name.
(define-syntax either-let*-values
  (syntax-rules ()
    ((_ ()) (right #t))
    ((_ () . body) (call-with-values (lambda () . body) right))
    ((_ ((either))) (checked-either "either-let*-values" either))
    ((_ ((formals either))) (checked-either "either-let*-values" either))
    ((_ ((either) . claims) . body)
     (let ((value (checked-either "either-let*-values" either)))
       (if (right? value) (either-let*-values claims . body) value)))
    ((_ ((formals either) . claims) . body)
     (let ((value (checked-either "either-let*-values" either)))
       (if (right? value)
           (apply (lambda formals (either-let*-values claims . body))
                  (right-payload value))
           value)))
    ((_ (name . claims) . body)
     (either-let*-values ((name) . claims) . body))))

;;> (either-guard pred body ...)
;;> A Right of the values of the body; a Left of what it raises if pred is true for that.
(define-syntax either-guard
  (syntax-rules ()
    ((_ pred body ...)
     (exception->either pred (lambda () body ...)))))

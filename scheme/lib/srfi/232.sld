;; SRFI 232: procedures that may take their arguments one after another.
(define-library (srfi 232)
  (export curried define-curried)
  (import (scheme base))
  (begin

    ;;> (curried (variable ... [. rest]) body ...)
    ;;> A procedure that, given fewer arguments than it has variables, returns one that
    ;;> takes the others; what there are too many are given to what the body returns.
    (define-syntax curried
      (syntax-rules ()
        ((_ () body ...) (let () body ...))
        ((_ formals body ...)
         (%curried formals 0 formals body ...))))

    (define-syntax %curried
      (syntax-rules ()
        ((_ (variable . more) n formals body ...)
         (%curried more (+ n 1) formals body ...))
        ((_ () n formals body ...)
         (%make-curried n #f (lambda formals body ...)))
        ((_ rest n formals body ...)
         (%make-curried n #t (lambda formals body ...)))))

    ;; Wants n arguments; with rest? it takes any number more.
    (define (%make-curried n rest? proc)
      (define (self . objects)
        (let ((given (length objects)))
          (cond ((or (= given n) (and rest? (> given n)))
                 (apply proc objects))
                ((= given 0) self)
                ((< given n)
                 (%make-curried (- n given) rest?
                                (lambda more
                                  (apply proc (append objects more)))))
                (else
                 (let loop ((first '()) (rest objects) (left n))
                   (if (= left 0)
                       (apply (apply proc (reverse first)) rest)
                       (loop (cons (car rest) first) (cdr rest)
                             (- left 1))))))))
      self)

    ;;> (define-curried (name variable ... [. rest]) body ...)
    ;;> Defines name as (curried (variable ... [. rest]) body ...).
    (define-syntax define-curried
      (syntax-rules ()
        ((_ (name . formals) body ...)
         (define name (curried formals body ...)))))))

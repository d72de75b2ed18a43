;; Why a process ends: the exit class and the throw class of raised objects, and how what was
;; raised becomes an exit reason.
(define-library (fermata erlang reason)
  (export refuse make-exit-raise exit-raise? exit-raise-reason
          throw throw-raise? throw-raise-term raise->reason
          call-with-catch catch exit-condition)
  (import (scheme base) (fermata condition)
          (only (fermata builtins) condition-backtrace))
  (begin

    (define-record-type <exit>
      (make-exit-raise reason)
      exit-raise?
      (reason exit-raise-reason))

    (define-record-type <throw>
      (make-throw-raise term)
      throw-raise?
      (term throw-raise-term))

    ;;> (throw term)
    ;;> Raises the term for a catch; when nothing catches it the process ends with a
    ;;> reason of the form ((nocatch term) . trace).
    (define (throw term) (raise (make-throw-raise term)))

    ;; An error with an Erlang name, such as badarg, as its first irritant.
    (define (refuse who name . irritants)
      (raise (make-condition 'error (string-append who ":")
                             (cons name irritants))))

    ;; A condition that stands for an exit signal where a program has to see one.
    (define (exit-condition reason)
      (make-condition 'cancelled "exit signal:" (list reason)))

    (define (error-name obj)
      (let ((irritants (condition-irritants obj)))
        (if (and (pair? irritants) (symbol? (car irritants))
                 (memv (string-ref (condition-message obj)
                                   (- (string-length (condition-message obj)) 1))
                       '(#\:)))
            (car irritants)
            obj)))

    (define (trace-of obj)
      (if (condition? obj) (condition-backtrace obj) '()))

    ;;> (raise->reason obj)
    ;;> The reason with which a process ends when nothing handles obj: that of exit;
    ;;> ((nocatch term) . trace) of throw; (obj . trace) of anything else, or the name of
    ;;> the error, such as badarg, in the place of obj.
    (define (raise->reason obj)
      (cond ((exit-raise? obj) (exit-raise-reason obj))
            ((throw-raise? obj) (list (list 'nocatch (throw-raise-term obj))))
            ((condition? obj)
             (if (eq? (condition-kind obj) 'cancelled)
                 (car (condition-irritants obj))
                 (cons (error-name obj) (trace-of obj))))
            (else (cons obj (trace-of obj)))))

    ;; Called with the class (exit, throw, error) and the reason of what thunk raised.
    (define (call-with-catch thunk handler)
      (guard (obj (#t (handler (cond ((exit-raise? obj) 'exit)
                                     ((throw-raise? obj) 'throw)
                                     (else 'error))
                               (if (throw-raise? obj)
                                   (throw-raise-term obj)
                                   (raise->reason obj)))))
        (thunk)))

    ;;> (catch expression ...)
    ;;> The value of the last expression; or what was thrown; or (EXIT reason).
    (define-syntax catch
      (syntax-rules ()
        ((_ expression ...)
         (call-with-catch (lambda () expression ...)
                          (lambda (class reason)
                            (if (eq? class 'throw)
                                reason
                                (list 'EXIT reason)))))))))

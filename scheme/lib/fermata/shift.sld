;; The static pair of delimited control operators (Danvy and Filinski, 1990), on prompts.
(define-library (fermata shift)
  (export reset shift)
  (import (fermata builtins) (fermata control))
  (begin

    ;;> (reset body ...)
    ;;> Evaluates the body; shift inside captures the continuation up to here.
    (define-syntax reset
      (syntax-rules ()
        ((_ body ...) (%reset (lambda () body ...)))))

    (define (%reset thunk)
      (call-with-continuation-prompt
       thunk (default-prompt-tag) (lambda (proc k) (%reset (lambda () (proc k))))))

    ;;> (shift k body ...)
    ;;> Evaluates the body in place of the nearest reset, with k the continuation up to it;
    ;;> (k obj) gives what the reset would have given.
    (define-syntax shift
      (syntax-rules ()
        ((_ k body ...) (%shift (lambda (k) body ...)))))

    (define (%shift proc)
      (call-with-composable-continuation
       (lambda (k)
         (abort-to-prompt (default-prompt-tag) proc
                          (lambda objs (%reset (lambda () (apply k objs))))))))))

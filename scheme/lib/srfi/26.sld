;; SRFI 26: cut and cute, procedures by leaving out arguments.
(define-library (srfi 26)
  (export cut cute <> <...>)
  (import (scheme base))
  (begin

    ;;> <>
    ;;> In cut and cute: a slot, which an argument fills.
    (define-syntax <>
      (syntax-rules ()))
    ;;> <...>
    ;;> In cut and cute: where the rest of the arguments goes.
    (define-syntax <...>
      (syntax-rules ()))

    ;;> (cut slot-or-expression ...)
    ;;> A procedure whose arguments fill the slots <>, the rest of them <...>. The
    ;;> expressions are evaluated at each call.
    (define-syntax cut
      (syntax-rules ()
        ((_ . parts) (%cut () () . parts))))

    ;; (%cut (parameter ...) (expression ...) part ...)
    (define-syntax %cut
      (syntax-rules (<> <...>)
        ((_ (parameter ...) (proc argument ...))
         (lambda (parameter ...) ((begin proc) argument ...)))
        ((_ (parameter ...) (proc argument ...) <...>)
         (lambda (parameter ... . rest) (apply proc argument ... rest)))
        ((_ (parameter ...) (done ...) <> . parts)
         (%cut (parameter ... slot) (done ... slot) . parts))
        ((_ parameters (done ...) expression . parts)
         (%cut parameters (done ... expression) . parts))))

    ;;> (cute slot-or-expression ...)
    ;;> The same with the expressions evaluated once, when the procedure is made.
    (define-syntax cute
      (syntax-rules ()
        ((_ . parts) (%cute () () () . parts))))

    ;; (%cute ((variable expression) ...) (parameter ...) (expression ...) part ...)
    (define-syntax %cute
      (syntax-rules (<> <...>)
        ((_ bindings (parameter ...) (proc argument ...))
         (let bindings (lambda (parameter ...) (proc argument ...))))
        ((_ bindings (parameter ...) (proc argument ...) <...>)
         (let bindings
           (lambda (parameter ... . rest) (apply proc argument ... rest))))
        ((_ bindings (parameter ...) (done ...) <> . parts)
         (%cute bindings (parameter ... slot) (done ... slot) . parts))
        ((_ (binding ...) parameters (done ...) expression . parts)
         (%cute (binding ... (value expression)) parameters (done ... value)
                . parts))))))

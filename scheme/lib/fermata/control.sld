;; Control on top of the machine's primitives: winds, handlers, prompts, parameters,
;; promises.  Everything here is ordinary code, so it can be captured and suspended.
;;
;; Dynamic state is a list of entries (winds, marks, prompts).  A normal return drops as
;; many entries as were pushed; it never restores a saved list, so a composable
;; continuation works on top of any other state.
(define-library (fermata control)
  (export dynamic-wind call-with-values with-exception-handler
          make-parameter make-promise force exit
          make-prompt-tag default-prompt-tag call-with-continuation-prompt
          abort-to-prompt call-with-composable-continuation
          call-with-escape-continuation
          %parameterize %parameterize-one %guard %guard-else %rewind %unwind-to-prompt)
  (import (fermata builtins))
  (begin

    ;;> (dynamic-wind before thunk after)
    ;;> Calls the three in order; before again on each re-entry, after on each exit. R7RS 6.10.
    (define (dynamic-wind before thunk after)
      (before)
      (%push-wind! before after)
      (let ((result (thunk)))
        (%pop-dynamic!)
        (after)
        result))

    ;;> (call-with-values producer consumer)
    ;;> Calls consumer with the values that producer returns. R7RS 6.10.
    (define (call-with-values producer consumer)
      (%apply-values consumer (producer)))

    ;;> (with-exception-handler handler thunk)
    ;;> Calls thunk with handler as the current exception handler. R7RS 6.11.
    (define (with-exception-handler handler thunk)
      (if (not (procedure? handler))
          (%wrong-type 'with-exception-handler 1 "a procedure" handler))
      (%push-handler! handler)
      (let ((result (thunk)))
        (%pop-dynamic!)
        result))

    ;; A handler runs with the outer handlers in place.
    (define (%raise obj)
      (let ((handlers (%handlers)))
        (if (null? handlers)
            (%uncaught obj)
            (begin
              (%push-handlers! (cdr handlers))
              ((car handlers) obj)
              (%not-continuable obj)))))

    (define (%raise-continuable obj)
      (let ((handlers (%handlers)))
        (if (null? handlers)
            (%uncaught obj)
            (begin
              (%push-handlers! (cdr handlers))
              (let ((result ((car handlers) obj)))
                (%pop-dynamic!)
                result)))))

    ;; ---- entering a continuation that has winds in the way

    (define (%throw continuation value)
      (if (%composable? continuation)
          (%graft (%continuation-dynamic continuation)
                  (%continuation-base continuation))
          (%rewind (%continuation-dynamic continuation)))
      (%enter continuation value))

    ;; From the current dynamic state to that one, running after and before thunks.
    (define (%rewind target)
      (let ((common (%common-dynamic (%dynamic) target)))
        (let unwind ((state (%dynamic)))
          (if (not (eq? state common))
              (begin
                (%set-dynamic! (%dynamic-next state))
                (if (%dynamic-wind? state) ((%dynamic-second state)))
                (unwind (%dynamic-next state)))))
        (let rewind ((state target))
          (if (not (eq? state common))
              (begin
                (rewind (%dynamic-next state))
                (if (%dynamic-wind? state) ((%dynamic-first state)))
                (%set-dynamic! state))))))

    ;; Puts the entries between base and state on top of the current ones.
    (define (%graft state base)
      (if (not (eq? state base))
          (begin
            (%graft (%dynamic-next state) base)
            (if (%dynamic-wind? state) ((%dynamic-first state)))
            (%push-dynamic! (%dynamic-what state)
                            (%dynamic-first state)
                            (%dynamic-second state)))))

    (%set-hooks! %raise %raise-continuable %throw)

    ;; ---- prompts: a mark in the dynamic state each, which goes when the prompt is left

    ;;> (make-prompt-tag [name])
    ;;> A new tag, equal to no other.
    (define (make-prompt-tag 1 . name)
      (list (if (pair? name) (car name) 'prompt)))

    (define %default-prompt-tag (list 'default))

    ;;> (default-prompt-tag)
    ;;> The tag that prompt operations use when none is given.
    (define (default-prompt-tag) %default-prompt-tag)

    (define (%tag-of rest)
      (if (pair? rest) (car rest) %default-prompt-tag))

    ;;> (call-with-continuation-prompt thunk [tag [handler]])
    ;;> Calls thunk above a prompt. An abort to it calls handler with what was aborted with,
    ;;> in the place of the call; without a handler a thunk is expected and called.
    (define (call-with-continuation-prompt thunk 2 . rest)
      (let ((tag (%tag-of rest))
            (handler (if (and (pair? rest) (pair? (cdr rest)))
                         (cadr rest)
                         (lambda (thunk) (thunk)))))
        (%call-with-prompt
         tag handler
         (lambda ()
           (%push-prompt! tag)
           (thunk)))))

    ;; Leaves every entry down to the prompt's mark, and the mark.
    (define (%unwind-to-prompt tag)
      (let ((state (%dynamic)))
        (%set-dynamic! (%dynamic-next state))
        (cond ((%dynamic-wind? state)
               ((%dynamic-second state))
               (%unwind-to-prompt tag))
              ((and (= (%dynamic-what state) 3) (eq? (%dynamic-first state) tag))
               #t)
              (else (%unwind-to-prompt tag)))))

    ;;> (abort-to-prompt tag obj ...)
    ;;> Leaves everything up to the newest prompt with that tag, running the after thunks on
    ;;> the way, and calls its handler with the objects.
    (define (abort-to-prompt tag . objs)
      (if (%prompt? tag) (%unwind-to-prompt tag))
      (apply %abort tag objs))

    ;;> (call-with-composable-continuation proc [tag])
    ;;> Calls proc with the continuation up to the newest prompt with that tag. Calling it
    ;;> puts that piece on top of the caller's continuation, any number of times.
    (define (call-with-composable-continuation proc 1 . rest)
      (%call-with-composable-continuation proc (%tag-of rest)))

    ;;> (call-with-escape-continuation proc)
    ;;> Calls proc with a procedure that returns from this call.
    (define (call-with-escape-continuation proc)
      (let ((tag (list 'escape)))
        (%call-with-prompt
         tag values
         (lambda ()
           (%push-prompt! tag)
           (proc (lambda objs (apply abort-to-prompt tag objs)))))))

    ;; ---- guard (R7RS 4.2.7): the expander makes calls of these

    (define (%guard-else thunk on-raise)
      (let ((tag (list 'guard)))
        (%call-with-prompt
         tag on-raise
         (lambda ()
           (%push-prompt! tag)
           (%push-handler!
            (lambda (obj)
              (%unwind-to-prompt tag)
              (%abort tag obj)))
           (let ((result (thunk)))
             (%pop-dynamic!)
             result)))))

    ;; Without an else clause the place of the raise is kept until a clause matches.
    (define (%guard thunk on-raise)
      (let ((tag (list 'guard)))
        (%call-with-prompt
         tag
         (lambda (obj back)
           (on-raise obj (lambda () (back #f))))
         (lambda ()
           (%push-prompt! tag)
           (%push-handler!
            (lambda (obj)
              (call/cc
               (lambda (back)
                 (%unwind-to-prompt tag)
                 (%abort tag obj back)))
              (raise-continuable obj)))
           (let ((result (thunk)))
             (%pop-dynamic!)
             result)))))

    ;; ---- parameters

    ;;> (make-parameter init [converter])
    ;;> A parameter object holding (converter init). R7RS 4.2.6.
    (define (make-parameter init 1 . rest)
      (if (pair? rest)
          (%make-parameter ((car rest) init) (car rest))
          (%make-parameter init #f)))

    (define (%converted parameter value)
      (let ((converter (%parameter-converter parameter)))
        (cond ((not converter) value)
              ((eq? converter #t)
               (%wrong-type 'parameterize 1 "a parameter" parameter))
              (else (converter value)))))

    ;; One binding, the usual case: nothing is kept for the others.
    (define (%parameterize-one thunk parameter value)
      (%push-mark! parameter (%converted parameter value))
      (let ((result (thunk)))
        (%pop-dynamic!)
        result))

    ;; bindings: parameter value parameter value ...
    (define (%parameterize thunk . bindings)
      (let convert ((rest bindings) (values '()))
        (if (pair? rest)
            (convert (cddr rest)
                     (cons (%converted (car rest) (cadr rest)) values))
            (%with-marks thunk bindings (reverse values)))))

    (define (%with-marks thunk bindings values)
      (if (null? values)
          (thunk)
          (begin
            (%push-mark! (car bindings) (car values))
            (let ((result (%with-marks thunk (cddr bindings) (cdr values))))
              (%pop-dynamic!)
              result))))

    ;; ---- promises (R7RS 4.2.5): chains of delay-force run in constant space

    ;;> (make-promise obj)
    ;;> A promise that gives obj when forced; obj itself when it is a promise.
    (define (make-promise obj)
      (if (promise? obj) obj (%make-promise #t obj)))

    ;; The state of a promise is a pair, which chained promises share:
    ;; (#t . value)   (0 . thunk that gives the value)   (#f . thunk that gives a promise)

    ;;> (force promise)
    ;;> The promise's value, computed at most once. R7RS 4.2.5.
    (define (force promise)
      (if (not (promise? promise))
          promise
          (let* ((state (%promise-state promise))
                 (how (car state)))
            (cond ((eq? how #t) (cdr state))
                  ((eq? how 0)
                   (let* ((value ((cdr state)))
                          (state (%promise-state promise)))
                     ;; It may have been forced meanwhile; the first value stays.
                     (if (eq? (car state) #t)
                         (cdr state)
                         (begin
                           (set-car! state #t)
                           (set-cdr! state value)
                           value))))
                  (else
                   (let* ((next ((cdr state)))
                          (state (%promise-state promise)))
                     (if (not (eq? (car state) #t)) (%chain-promise! promise next))
                     (force promise)))))))

    ;;> (exit [obj])
    ;;> Ends the program after running the after thunks of the current task. R7RS 6.14.
    (define (exit 1 . obj)
      (%rewind '())
      (%exit-now (%exit-code (if (pair? obj) (car obj) #t))))))

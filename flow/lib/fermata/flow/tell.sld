;; Telling a person at a terminal what became of a flow.
(define-library (fermata flow tell)
  (export flow/tell)
  (import (scheme base) (scheme write) (fermata flow))
  (begin

    ;;> (flow/tell outcome)
    ;;> Prints what flow/start, flow/resume or flow/cancel answered, and for a flow that
    ;;> waits the command that resumes it.
    (define (flow/tell outcome)
      (cond ((flow-suspended? outcome)
             (tell-waiting (flow-suspended-id outcome)))
            ((tagged? outcome 'flow-delivered)
             (say (cadr outcome) " is running in another process, which takes the answer"))
            ((tagged? outcome 'flow-cancelled)
             (say (cadr outcome) " is cancelled"))
            ((tagged? outcome 'flow-ended)
             (say (cadr outcome) " is " (list-ref outcome 2)))
            (else
             (write outcome)
             (newline))))

    (define (tagged? obj tag)
      (and (pair? obj) (eq? (car obj) tag)))

    (define (tell-waiting id)
      (let ((tags (flow/waiting id)))
        (say id " waits for " (joined tags) "; resume it with")
        (for-each
         (lambda (tag)
           (say "  fermata flow resume " id
                (if (null? (cdr tags)) "" (string-append " --tag " (symbol->string tag)))
                " VALUE"))
         tags)))

    (define (joined tags)
      (let loop ((tags (cdr tags)) (text (symbol->string (car tags))))
        (if (null? tags)
            text
            (loop (cdr tags)
                  (string-append text ", " (symbol->string (car tags)))))))

    (define (say . parts)
      (for-each display parts)
      (newline))))

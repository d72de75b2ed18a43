;; Telling a person at a terminal what became of a flow.
(define-library (fermata flow tell)
  (export flow/tell flow-resume-command)
  (import (scheme base) (scheme write)
          (fermata flow builtins) (fermata flow journals) (fermata flow look)
          (only (fermata flow history)
                current-store flow-suspended? flow-suspended-id))
  (begin

    ;;> (flow/tell outcome)
    ;;> Prints what flow/start or flow/resume answered; of a flow that waits,
    ;;> its id, what it waits for, and the commands that resume it.
    (define (flow/tell outcome)
      (cond ((flow-suspended? outcome)
             (tell-waiting (flow-suspended-id outcome)))
            ((tagged? outcome 'flow-delivered)
             (say (cadr outcome) " is running in another process, which takes the answer"))
            ((tagged? outcome 'flow-queued)
             (say (cadr outcome) " is queued; `" (%flow-command (current-store))
                  " flow work` lets it begin"))
            ((tagged? outcome 'flow-updating)
             (say (cadr outcome) " has taken the request, and will answer later"))
            ((tagged? outcome 'flow-signalled)
             (say "the signal was delivered to " (cadr outcome)))
            ((tagged? outcome 'flow-handed-over)
             (say (cadr outcome) " goes on in another process"))
            ((tagged? outcome 'flow-delegated)
             (say (cadr outcome) " is delegated to " (list-ref outcome 2)))
            ((tagged? outcome 'flow-cancelled)
             (say (cadr outcome) " is cancelled"))
            ((tagged? outcome 'flow-cancelling)
             (say (cadr outcome) " is running in another process, which stops it"))
            (else
             (write outcome)
             (newline))))

    (define (tagged? obj tag)
      (and (pair? obj) (eq? (car obj) tag)))

    (define (tell-waiting id)
      (let* ((waits (flow-waits id))
             (answers (append (names-of 'suspended waits) (names-of 'doubted waits)))
             (signals (names-of 'awaits waits)))
        (say id " waits for " (joined (map cdr waits))
             (cond ((and (pair? answers) (null? signals)) "; resume it with")
                   ((pair? signals) "; go on with")
                   (else "; when it is due, go on with")))
        (for-each
         (lambda (tag)
           (say "  " (flow-resume-command id (and (pair? (cdr answers)) tag)
                                         (if (memq tag (names-of 'doubted waits))
                                             "retry, or fail, or '(result VALUE)'"
                                             "VALUE"))))
         answers)
        (for-each
         (lambda (name)
           (say "  " (%flow-command (current-store)) " flow signal " id " " name " VALUE"))
         signals)
        (if (> (flow-wake id) 0)
            (say "  " (%flow-command (current-store)) " flow work"))))

    (define (names-of kind waits)
      (cond ((null? waits) '())
            ((eq? (caar waits) kind) (cons (cdar waits) (names-of kind (cdr waits))))
            (else (names-of kind (cdr waits)))))

    ;;> (flow-resume-command id tag text)
    ;;> The shell command that answers a wait with the datum written in text, which is
    ;;> put there as it is: the caller quotes it for the shell.
    ;;> tag may be #f when the flow waits for one thing only.
    (define (flow-resume-command id tag text)
      (string-append (%flow-command (current-store)) " flow resume "
                     (symbol->string id) " "
                     (if tag (string-append "--tag " (symbol->string tag) " ") "")
                     text))

    (define (joined tags)
      (let loop ((tags (cdr tags)) (text (symbol->string (car tags))))
        (if (null? tags)
            text
            (loop (cdr tags)
                  (string-append text ", " (symbol->string (car tags)))))))

    (define (say . parts)
      (for-each display parts)
      (newline))))

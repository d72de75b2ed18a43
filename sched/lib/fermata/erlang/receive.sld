;; receive: the first message that a clause matches, in the order of arrival.
;;
;; It becomes a loop over the cells of the mailbox with the clauses inside, so a message that
;; does not match costs a turn of a loop.  The loop goes on where it stood when new messages
;; arrive.  When every clause wants the same reference, by (== ref) or by a guard such as
;; (guard (eq? r ref)), it begins with the messages that came after the reference was made.
(define-library (fermata erlang receive)
  (export receive)
  (import (scheme base) (fermata match) (fermata erlang process)
          (fermata erlang receive-compiler)
          (only (fermata builtins) er-macro-transformer))
  (begin

    ;; A guard that raises refuses, as in Erlang.
    (define (%holds? test)
      (call-with-current-continuation
       (lambda (k)
         (with-exception-handler (lambda (obj) (k #f)) test))))

    ;;> (receive (pattern body ...) (pattern (guard test) body ...) ... (after ms body ...))
    ;;> Waits for a message that a clause matches, takes it out of the mailbox and
    ;;> evaluates the body. Patterns are those of (fermata match). With after, its body is
    ;;> evaluated when there is none within so many milliseconds, an integer or infinity.
    (define-syntax receive
      (er-macro-transformer compile-receive))))

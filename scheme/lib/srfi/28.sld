;; SRFI 28: basic format strings.
;;
;; format of SRFI 48 takes a port as well, and knows more directives; this one always
;; returns a string and knows ~a ~s ~% ~~, in small letters.
(define-library (srfi 28)
  (export format)
  (import (scheme base) (only (fermata format) format-basic))
  (begin

    ;;> (format format-string obj ...)
    ;;> The string with ~a replaced by an object displayed, ~s by one written, ~% by a
    ;;> line's end, ~~ by a tilde.
    (define (format format-string . objs)
      (format-basic format-string objs))))

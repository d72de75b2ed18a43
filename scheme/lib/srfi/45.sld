;; SRFI 45: promises that iterate in constant space.
;;
;; lazy is R7RS's delay-force; delay and force are R7RS's own.
(define-library (srfi 45)
  (export delay lazy force eager)
  (import (scheme base) (rename (scheme lazy) (delay-force lazy)))
  (begin

    ;;> (eager obj)
    ;;> A promise that has obj as its value already, even when obj is a promise.
    (define (eager obj)
      (delay obj))))

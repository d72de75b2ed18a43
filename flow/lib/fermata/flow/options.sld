;; Options of procedures: names and values after the other arguments.
(define-library (fermata flow options)
  (export get-option)
  (import (scheme base) (fermata flow run))
  (begin

    ;; The value of the option of that name; every name must be one of those known.
    (define (get-option who options known name default)
      (let loop ((rest options) (found default))
        (cond ((null? rest) found)
              ((or (not (memq (car rest) known)) (null? (cdr rest)))
               (refuse who ": no such option: " (car rest) "; there are " known))
              ((eq? (car rest) name) (loop (cddr rest) (cadr rest)))
              (else (loop (cddr rest) found)))))))

;; Options of procedures: names and values after the other arguments.
(define-library (fermata flow options)
  (export get-option)
  (import (scheme base) (only (fermata flow raised) written) (fermata flow run))
  (begin

    ;; The value of the option of that name. Every name must be one of those known: a
    ;; symbol, or (name wanted good?), what its value must be and whether it is that.
    (define (get-option who options known name default)
      (let loop ((rest options) (found default))
        (if (null? rest)
            found
            (let ((option (find-option (car rest) known)))
              (cond ((not option)
                     (refuse who ": no such option: " (car rest) "; there are " (map name-of known)))
                    ((null? (cdr rest))
                     (refuse who ": the option " (car rest) " has no value"))
                    ((and (pair? option) (not ((list-ref option 2) (cadr rest))))
                     (refuse who ": the option " (car rest) " must be " (cadr option) ", got "
                             (written (cadr rest))))
                    (else (loop (cddr rest) (if (eq? (car rest) name) (cadr rest) found))))))))

    (define (find-option name known)
      (cond ((null? known) #f)
            ((eq? (name-of (car known)) name) (car known))
            (else (find-option name (cdr known)))))

    (define (name-of option) (if (pair? option) (car option) option))))

;; Errors of the system, and the clock.

;;> (posix-error? obj)
;;> Whether obj is a condition that tells of a call the system refused.
(define (posix-error? obj)
  (and (error-object? obj)
       (eq? (condition-kind obj) 'file-error)
       (%error-symbol obj)
       #t))

;; The last irritant, when it is the name of an error.
(define (%error-symbol condition)
  (let ((irritants (error-object-irritants condition)))
    (and (pair? irritants)
         (let ((name (last irritants)))
           (and (%posix-error-text name) name)))))

(define (%check-error who obj)
  (if (not (posix-error? obj))
      (%wrong-type who 1 "an error of the system" obj)))

;;> (posix-error-name error)
;;> A symbol, such as ENOENT.
(define (posix-error-name error)
  (%check-error 'posix-error-name error)
  (%error-symbol error))

;;> (posix-error-message error)
;;> What the system says of it, such as "No such file or directory".
(define (posix-error-message error)
  (%check-error 'posix-error-message error)
  (%posix-error-text (%error-symbol error)))

(define (%time-of pair) (timespec (car pair) (cdr pair)))

;;> (posix-time)
;;> The time since the start of 1970, UTC, as a timespec.
(define (posix-time) (%time-of (%clock 'real)))

;;> (monotonic-time)
;;> The time since some moment in the past, as a timespec; never goes back.
(define (monotonic-time) (%time-of (%clock 'monotonic)))

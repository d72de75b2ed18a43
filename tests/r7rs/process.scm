;; The process and time: R7RS 6.14, and features.
(import (scheme base) (scheme process-context) (scheme time) (srfi 64))

(test-begin "process")

;; ---- command line and environment
(test-equal #t (list? (command-line)))
(test-equal #t (pair? (command-line)))
(test-equal "every word is a string" #f (memv #f (map string? (command-line))))
(test-equal #t (string? (get-environment-variable "PATH")))
(test-equal #f (get-environment-variable "NO_SUCH_VARIABLE_IN_ANY_ENVIRONMENT"))
(test-equal #f (get-environment-variable ""))
(test-error (get-environment-variable 'PATH))
(test-equal #t (list? (get-environment-variables)))
(test-equal "pairs of strings" #t
  (let loop ((l (get-environment-variables)))
    (or (null? l)
        (and (string? (caar l)) (string? (cdar l)) (loop (cdr l))))))
(test-equal "both ways of asking agree" #t
  (equal? (get-environment-variable "PATH")
          (cdr (assoc "PATH" (get-environment-variables)))))

;; ---- time
(test-equal #t (real? (current-second)))
(test-equal #t (inexact? (current-second)))
(test-equal "it is later than 2020" #t (> (current-second) 1577836800))
(test-equal #t (exact-integer? (current-jiffy)))
(test-equal #t (exact-integer? (jiffies-per-second)))
(test-equal #t (> (jiffies-per-second) 0))
(test-equal "jiffies do not run backwards" #t
  (let* ((a (current-jiffy)) (b (current-jiffy))) (<= a b)))
(test-equal "jiffies pass" #t
  (let ((start (current-jiffy)))
    (let loop ((n 0))
      (or (> (current-jiffy) start) (and (< n 10000000) (loop (+ n 1)))))))

;; ---- features
(test-equal #t (list? (features)))
(test-equal #t (and (memq 'r7rs (features)) #t))
(test-equal #t (and (memq 'full-unicode (features)) #t))
(test-equal #t (and (memq 'ratios (features)) #t))
(test-equal #t (and (memq 'fermata (features)) #t))
(test-equal "cond-expand knows what features lists" 'yes
  (cond-expand (r7rs 'yes) (else 'no)))
(test-equal 'yes (cond-expand ((and r7rs full-unicode (not no-such-feature)) 'yes) (else 'no)))
(test-equal 'yes (cond-expand ((or no-such-feature fermata) 'yes) (else 'no)))
(test-equal 'no (cond-expand (no-such-feature 'yes) (else 'no)))
(test-equal 'yes (cond-expand ((library (scheme base)) 'yes) (else 'no)))
(test-equal "a missing library is simply not there" 'no
  (cond-expand ((library (no such library)) 'yes) (else 'no)))
(test-equal 'yes (cond-expand ((not (library (no such library))) 'yes) (else 'no)))
(test-equal #t (and (procedure? exit) (procedure? emergency-exit)))

(test-end "process")

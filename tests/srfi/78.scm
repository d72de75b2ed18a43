;; SRFI 78: lightweight checks.
(import (scheme base) (srfi 78) (srfi 64))

(test-begin "SRFI 78")

(define-syntax printed
  (syntax-rules ()
    ((_ form ...) (let ((port (open-output-string)))
                    (parameterize ((current-output-port port)) form ...)
                    (get-output-string port)))))

(test-equal "(+ 1 1) => 2 ; correct\n" (printed (check (+ 1 1) => 2)))
(test-equal "(+ 1 1) => 2 ; *** failed ***, expected 3\n" (printed (check (+ 1 1) => 3)))
(test-equal "1 => 1 ; correct\n" (printed (check 1 (=> =) 1.0)))
(test-equal "; *** checks *** : 2 correct, 1 failed.\n; First failure: (+ 1 1) => 2 ; *** failed ***, expected 3\n" (printed (check-report)))
(test-equal #f (check-passed? 2))
(check-reset!)
(check-set-mode! 'summary)
(test-equal "" (printed (check 1 => 1)))
(test-equal '(#t #f) (list (check-passed? 1) (check-passed? 2)))
(test-equal "; *** checks *** : 1 correct, 0 failed.\n" (printed (check-report)))
(check-set-mode! 'report-failed)
(test-equal "" (printed (check 1 => 1)))
(test-equal "1 => 1 ; *** failed ***, expected 2\n" (printed (check 1 => 2)))
(check-set-mode! 'off)
(test-equal "" (printed (check (error "not evaluated") => 1) (check-report)))
(test-error (check-set-mode! 'loud))

(test-end "SRFI 78")

;; SRFI 78: lightweight checks, which count and report.
;;
;; check-ec is left out: it needs the comprehensions of SRFI 42.
(define-library (srfi 78)
  (export check check-report check-set-mode! check-reset! check-passed?)
  (import (scheme base) (scheme write))
  (begin

    (define %passed 0)
    (define %failed '())  ; (form got expected), newest first
    (define %mode 'report)

    (define %modes '(off summary report-failed report))

    ;;> (check-set-mode! mode)
    ;;> What is printed: off nothing and nothing is evaluated, summary only what
    ;;> check-report prints, report-failed also failures, report all checks.
    (define (check-set-mode! mode)
      (if (not (memq mode %modes))
          (error "check-set-mode!: the mode must be one of" %modes mode))
      (set! %mode mode))

    ;;> (check-reset!)
    ;;> Forgets all checks so far.
    (define (check-reset!)
      (set! %passed 0)
      (set! %failed '()))

    ;;> (check-passed? n)
    ;;> Whether no check failed and exactly n were correct.
    (define (check-passed? n)
      (and (null? %failed) (= %passed n)))

    ;;> (check expression => expected)
    ;;> Checks that the value of expression is equal? to that of expected; with
    ;;> (=> same?) in the place of =>, by that.
    (define-syntax check
      (syntax-rules (=>)
        ((_ expression => expected)
         (check expression (=> equal?) expected))
        ((_ expression (=> same?) expected)
         (%run 'expression (lambda () expression) same?
               (lambda () expected)))))

    (define (%run form thunk same? expected)
      (if (not (eq? %mode 'off))
          (let* ((got (thunk)) (wanted (expected)) (passed? (same? got wanted)))
            (if passed?
                (set! %passed (+ %passed 1))
                (set! %failed (cons (list form got wanted) %failed)))
            (if (or (eq? %mode 'report)
                    (and (not passed?) (eq? %mode 'report-failed)))
                (%show form got wanted passed?)))))

    (define (%show form got wanted passed?)
      (write form)
      (display " => ")
      (write got)
      (if passed?
          (display " ; correct")
          (begin
            (display " ; *** failed ***, expected ")
            (write wanted)))
      (newline))

    ;;> (check-report)
    ;;> Prints how many checks were correct and failed, and the first failure.
    (define (check-report)
      (if (not (eq? %mode 'off))
          (begin
            (display "; *** checks *** : ")
            (display %passed)
            (display " correct, ")
            (display (length %failed))
            (display " failed.")
            (newline)
            (if (pair? %failed)
                (let ((first (list-ref %failed (- (length %failed) 1))))
                  (display "; First failure: ")
                  (%show (car first) (cadr first)
                         (list-ref first 2) #f))))))))

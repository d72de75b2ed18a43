;; The tests of Chibi Scheme, on top of SRFI 64, which counts and reports.
;;
;; Many portable suites are written in this form, Chibi's own of R7RS among them.
(define-library (chibi test)
  (export test test-values test-assert test-not test-error
          test-begin test-end test-group test-exit)
  (import (scheme base) (scheme complex) (scheme inexact)
          (scheme process-context) (scheme write)
          (except (srfi 64) test-error)
          (prefix (only (srfi 64) test-error) srfi-64:))
  (begin

    ;;> (test [name] expected expression)
    ;;> Passes if the value of expression is the expected one: by equal?, but inexact
    ;;> numbers, also in lists and vectors, may differ by a millionth, and NaN is NaN.
    (define-syntax test
      (syntax-rules ()
        ((_ expected expression) (test 'expression expected expression))
        ((_ name expected expression)
         (let ((wanted expected))
           (test-equal (%name name) wanted (%alike wanted expression))))))

    ;;> (test-values [name] expected expression)
    ;;> The same for several values: (test-values (values 1 2) (f)).
    (define-syntax test-values
      (syntax-rules ()
        ((_ expected expression) (test-values 'expression expected expression))
        ((_ name expected expression)
         (test name
               (call-with-values (lambda () expected) list)
               (call-with-values (lambda () expression) list)))))

    ;;> (test-not [name] expression)
    ;;> Passes if the value is #f.
    (define-syntax test-not
      (syntax-rules ()
        ((_ expression) (test-not 'expression expression))
        ((_ name expression) (test-assert (%name name) (not expression)))))

    ;;> (test-error [name] expression)
    ;;> Passes if the expression raises something.
    (define-syntax test-error
      (syntax-rules ()
        ((_ expression) (test-error 'expression expression))
        ((_ name expression)
         (srfi-64:test-error (%name name) #t expression))))

    ;;> (test-exit)
    ;;> Ends the program, with status 1 if a test failed.
    (define (test-exit)
      (let ((runner (test-runner-current)))
        (exit (not (and runner (> (test-runner-fail-count runner) 0))))))

    ;; An expression that is a test's name is shown as it is.
    (define (%name name)
      (if (string? name)
          name
          (let ((port (open-output-string)))
            (write name port)
            (get-output-string port))))

    ;; What was wanted, if that is as good as what was got; the report shows both else.
    (define (%alike wanted got) (if (alike? wanted got) wanted got))

    (define (alike? a b)
      (cond ((equal? a b) #t)
            ((and (number? a) (number? b))
             (and (inexact? a) (inexact? b) (near? a b)))
            ((and (pair? a) (pair? b))
             (and (alike? (car a) (car b)) (alike? (cdr a) (cdr b))))
            ((and (vector? a) (vector? b))
             (and (= (vector-length a) (vector-length b))
                  (alike? (vector->list a) (vector->list b))))
            (else #f)))

    (define (near? a b)
      (if (and (real? a) (real? b))
          (or (and (nan? a) (nan? b))
              (and (finite? a) (finite? b)
                   (<= (abs (- a b)) (* 1e-6 (max (abs a) (abs b))))))
          (and (near? (inexact (real-part a)) (inexact (real-part b)))
               (near? (inexact (imag-part a)) (inexact (imag-part b))))))))

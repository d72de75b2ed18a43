;; The forms of tests.  The name comes first and may be left out.

;;> (test-assert [name] expression)
;;> A test that the value of expression is not #f.
(define-syntax test-assert
  (syntax-rules ()
    ((_ name expression)
     (run-assertion name 'expression (lambda () expression)))
    ((_ expression)
     (run-assertion "" 'expression (lambda () expression)))))

;; The tests that compare an expected value with another one.
(define-syntax define-comparison
  (syntax-rules ()
    ((_ form same?)
     (define-syntax form
       (syntax-rules ()
         ((_ name expected expression)
          (run-comparison same? name 'expression (lambda () expected)
                          (lambda () expression)))
         ((_ expected expression)
          (run-comparison same? "" 'expression (lambda () expected)
                          (lambda () expression))))))))

;;> (test-equal [name] expected expression)
;;> A test that the value of expression is equal? to that of expected.
(define-comparison test-equal equal?)

;;> (test-eqv [name] expected expression)
;;> The same with eqv?.
(define-comparison test-eqv eqv?)

;;> (test-eq [name] expected expression)
;;> The same with eq?.
(define-comparison test-eq eq?)

;;> (test-approximate [name] expected expression tolerance)
;;> A test that the value of expression is near that of expected.
(define-syntax test-approximate
  (syntax-rules ()
    ((_ name expected expression tolerance)
     (run-comparison (approximately tolerance) name 'expression
                     (lambda () expected) (lambda () expression)))
    ((_ expected expression tolerance)
     (run-comparison (approximately tolerance) "" 'expression
                     (lambda () expected) (lambda () expression)))))

;;> (test-error [[name] kind] expression)
;;> A test that expression raises: anything (#t), what a predicate accepts, or a
;;> condition of the kind that a symbol names.
(define-syntax test-error
  (syntax-rules ()
    ((_ name kind expression)
     (run-error name 'expression kind (lambda () expression)))
    ((_ kind expression)
     (run-error-or-named kind 'expression (lambda () expression)))
    ((_ expression)
     (run-error "" 'expression #t (lambda () expression)))))

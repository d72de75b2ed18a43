;; Exceptions: R7RS 6.11 and guard of 4.2.7.
(import (scheme base) (scheme read) (scheme file) (srfi 64))

(test-begin "exceptions")

;; ---- handlers
(test-equal 65
  (with-exception-handler
   (lambda (c) 42)
   (lambda () (+ (raise-continuable 'should-be-a-number) 23))))
(test-equal "a handler escapes" 'escaped
  (call/cc (lambda (k)
    (with-exception-handler
     (lambda (e) (k 'escaped))
     (lambda () (raise 'boom))))))
(test-equal "the handler gets the object" '(boom 1)
  (call/cc (lambda (k)
    (with-exception-handler k (lambda () (raise '(boom 1)))))))
(test-equal "the handler runs with the outer handler" '(outer inner boom)
  (call/cc (lambda (k)
    (with-exception-handler
     (lambda (e) (k (cons 'outer e)))
     (lambda ()
       (with-exception-handler
        (lambda (e) (raise (list 'inner e)))
        (lambda () (raise 'boom))))))))
(test-equal "raise-continuable returns what the handler returns" '(1 2)
  (with-exception-handler
   (lambda (e) (* e 2))
   (lambda () (list 1 (raise-continuable 1)))))
(test-equal "the inner handler is back after raise-continuable" '(inner inner)
  (with-exception-handler
   (lambda (e) 'outer)
   (lambda ()
     (with-exception-handler
      (lambda (e) 'inner)
      (lambda ()
        (let* ((a (raise-continuable 1)) (b (raise-continuable 2))) (list a b)))))))
(test-equal "raise-continuable in a handler reaches the outer one" '(outer 1)
  (with-exception-handler
   (lambda (e) (list 'outer e))
   (lambda ()
     (with-exception-handler
      (lambda (e) (raise-continuable e))
      (lambda () (raise-continuable 1))))))
(test-equal "returning from raise is a second exception, for the outer handler" '(#t #f)
  (call/cc (lambda (k)
    (with-exception-handler
     (lambda (e) (k (list (error-object? e) (eq? e 'boom))))
     (lambda ()
       (with-exception-handler
        (lambda (e) 'ignored)
        (lambda () (raise 'boom))))))))
(test-equal "the value of the thunk is the value" '(1 2)
  (call-with-values
   (lambda () (with-exception-handler (lambda (e) e) (lambda () (values 1 2))))
   list))
(test-error "a handler must be a procedure" (with-exception-handler 5 (lambda () 1)))

;; ---- error objects
(define (caught thunk)
  (call/cc (lambda (k) (with-exception-handler k thunk))))
(define e (caught (lambda () (error "BOOM!" 1 "two" 'three))))
(test-equal #t (error-object? e))
(test-equal "BOOM!" (error-object-message e))
(test-equal '(1 "two" three) (error-object-irritants e))
(test-equal '() (error-object-irritants (caught (lambda () (error "just this")))))
(test-equal #f (error-object? 'boom))
(test-equal #f (error-object? "BOOM!"))
(test-equal #f (error-object? (caught (lambda () (raise 5)))))
(test-equal #f (file-error? e))
(test-equal #f (read-error? e))
(test-equal #f (file-error? 5))
(test-equal #f (read-error? 'x))
(test-equal "what primitives raise are error objects" '(#t #t #t #t #t #t)
  (map (lambda (thunk) (error-object? (caught thunk)))
       (list (lambda () (car 5))
             (lambda () (vector-ref (vector 1) 9))
             (lambda () (undefined-procedure))
             (lambda () ((lambda (x) x)))
             (lambda () (5 5))
             (lambda () (/ 1 0)))))
(test-equal "they have messages" #t
  (string? (error-object-message (caught (lambda () (car 5))))))
(test-equal "and irritants" #t
  (list? (error-object-irritants (caught (lambda () (car 5))))))
(test-equal "a missing file" #t
  (file-error? (caught (lambda () (open-input-file "/there/is/no/such.file")))))
(test-equal "deleting a missing file" #t
  (file-error? (caught (lambda () (delete-file "/there/is/no/such.file")))))
(test-equal "text that is no datum" #t
  (read-error? (caught (lambda () (read (open-input-string ")"))))))
(test-equal "any object can be raised" '(5 "x" #f () (1 . 2) #\a)
  (map (lambda (obj) (caught (lambda () (raise obj)))) (list 5 "x" #f '() '(1 . 2) #\a)))

;; ---- guard
(test-equal 42
  (guard (condition ((assq 'a condition) => cdr) ((assq 'b condition)))
    (raise (list (cons 'a 42)))))
(test-equal '(b . 23)
  (guard (condition ((assq 'a condition) => cdr) ((assq 'b condition)))
    (raise (list (cons 'b 23)))))
(test-equal 'fine (guard (e (#t 'caught)) 'fine))
(test-equal 'caught (guard (e (#t 'caught)) (raise 'x)))
(test-equal '(else x) (guard (e ((number? e) 'number) (else (list 'else e))) (raise 'x)))
(test-equal 'number (guard (e ((symbol? e) 'symbol) ((number? e) 'number)) (raise 5)))
(test-equal '(1 2)
  (call-with-values (lambda () (guard (e (#t 'no)) (values 1 2))) list))
(test-equal "a clause may give several values" '(a b)
  (call-with-values (lambda () (guard (e (#t (values 'a 'b))) (raise 1))) list))
(test-equal "several expressions in a clause" '(2 (1))
  (let ((log '()))
    (let ((result (guard (e (#t (set! log (cons e log)) 2)) (raise 1)))) (list result log))))
(test-equal "without a fitting clause the outer guard gets it" '(outer x)
  (guard (e ((symbol? e) (list 'outer e)))
    (guard (e ((number? e) (list 'inner e)))
      (raise 'x))))
(test-equal "three levels" '(outermost x)
  (guard (e ((symbol? e) (list 'outermost e)))
    (guard (e ((number? e) 'middle))
      (guard (e ((string? e) 'inner))
        (raise 'x)))))
(test-equal "a clause that raises goes to the outer guard" '(outer (again x))
  (guard (e (#t (list 'outer e)))
    (guard (e (#t (raise (list 'again e))))
      (raise 'x))))
(test-equal "guard without a fitting clause raises continuably" '(result 10)
  (with-exception-handler
   (lambda (e) (* e 10))
   (lambda ()
     (guard (e ((string? e) 'no))
       (list 'result (raise-continuable 1))))))
(test-equal "clauses run outside of the body's winds" '(before after clause)
  (let ((log '()))
    (define (note x) (set! log (cons x log)))
    (guard (e (#t (note 'clause)))
      (dynamic-wind (lambda () (note 'before))
                    (lambda () (raise 'x))
                    (lambda () (note 'after))))
    (reverse log)))
(test-equal "without a fitting clause the winds are entered again" '(in out in out)
  (let ((log '()))
    (define (note x) (set! log (cons x log)))
    (guard (e (#t #t))
      (guard (e ((string? e) (note 'clause)))
        (dynamic-wind (lambda () (note 'in))
                      (lambda () (raise 'x))
                      (lambda () (note 'out)))))
    (reverse log)))
(test-equal "clauses see guard's own parameters" 'outside
  (let ((p (make-parameter 'outside)))
    (guard (e (#t (p)))
      (parameterize ((p 'inside)) (raise 'x)))))
(test-equal "clauses see guard's own handler" '(handled y)
  (with-exception-handler
   (lambda (e) (list 'handled e))
   (lambda ()
     (guard (e (#t (raise-continuable 'y)))
       (with-exception-handler (lambda (e) 'wrong) (lambda () (raise-continuable 'x)))
       (raise 'x)))))
(test-equal "a guard around a loop catches each time" '(0 1 2)
  (map (lambda (i) (guard (e (#t e)) (raise i))) '(0 1 2)))
(test-equal "guard reraises the very object" #t
  (let ((obj (list 'unique)))
    (eq? obj (guard (e (#t e)) (guard (e (#f 'never)) (raise obj))))))
(test-equal "=> with else" '(5 . a)
  (guard (e ((memv e '(1 2)) => car) (else (cons e 'a))) (raise 5)))
(test-equal "an error in an argument leaves nothing behind" '(1 caught 3)
  (list 1 (guard (e (#t 'caught)) (+ 1 (car '()))) 3))
(test-equal "guard and a loop of many errors need no space" 'done
  (let loop ((i 0))
    (if (= i 20000)
        'done
        (begin (guard (e (#t e)) (raise i)) (loop (+ i 1))))))
(test-equal "error-object? as a clause" "bad thing"
  (guard (e ((error-object? e) (error-object-message e))) (error "bad thing" 7)))
(test-equal "an error message names the procedure and the argument"
  "vector-ref: argument 2 must be an index below 3, got 7"
  (guard (e (#t (error-object-message e))) (vector-ref (vector 1 2 3) 7)))
(test-equal "car: argument 1 must be a pair, got 5"
  (guard (e (#t (error-object-message e))) (car 5)))

(test-end "exceptions")

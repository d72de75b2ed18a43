;; What a program can ask of a condition: the same that the reporter prints.
(import (scheme base) (scheme eval) (fermata condition) (srfi 64))

(test-begin "conditions")

(define-syntax caught
  (syntax-rules ()
    ((_ expression)
     (call/cc
      (lambda (k)
        (with-exception-handler k (lambda () expression #f)))))))

(define (inner x) (+ 1 (vector-ref x 7)))
(define (outer x) (* 2 (inner x)))
(define (by-tail x) (outer x))

(define range (caught (list (by-tail (vector 1 2)))))

(test-equal 'out-of-range (condition-kind range))
(test-equal 'vector-ref (condition-who range))
(test-equal '(7) (condition-irritants range))
(test-equal "vector-ref: argument 2 must be an index below 2, got 7"
  (condition->string range))
(test-equal "the place is a line and a column of a file" '(13 24)
  (cdr (condition-place range)))
(test-assert (string? (car (condition-place range))))
(test-equal "the backtrace names procedures, innermost first" '(inner outer by-tail)
  (let ((trace (condition-backtrace range)))
    (list (car (car trace)) (car (cadr trace)) (car (list-ref trace 2)))))
(test-equal "each has its place" '(14 24) (cddr (cadr (condition-backtrace range))))
(test-equal "what a tail call has left has none" '()
  (cdr (list-ref (condition-backtrace range) 2)))

(define (lines text)
  (let loop ((chars (string->list text)) (line '()) (all '()))
    (cond ((null? chars) (reverse all))
          ((char=? (car chars) #\newline)
           (loop (cdr chars) '() (cons (list->string (reverse line)) all)))
          (else (loop (cdr chars) (cons (car chars) line) all)))))

(test-equal "the report shows the excerpt and the mark"
  '("  13 | (define (inner x) (+ 1 (vector-ref x 7)))"
    "     |                        ^^^^^^^^^^^^^^^^")
  (let ((all (lines (condition-report range))))
    (list (cadr all) (list-ref all 2))))

(test-equal "any object has a report" "error: uncaught: (1 2)\n"
  (condition-report '(1 2)))
(test-equal "uncaught: 42" (condition->string 42))
(test-equal "bad thing: 1 \"two\""
  (condition->string (caught (error "bad thing:" 1 "two"))))

(test-equal "a hint, if there is one"
  "the empty list has no car and no cdr; null? or pair? tells before"
  (condition-hint (caught (car '()))))
(test-equal #f (condition-hint (caught (error "no advice"))))

(test-equal "an error of the expander, too, has a place" '(syntax-error 59 20)
  (let ((c (caught (eval '(if) (environment '(scheme base))))))
    (cons (condition-kind c) (cdr (condition-place c)))))

(test-equal "a handler sees the object that was raised, and it stays the same"
  #t
  (let ((seen #f))
    (eq? (caught (with-exception-handler
                  (lambda (c) (set! seen c) (raise c))
                  (lambda () (list (car 1)))))
         seen)))

(test-equal "raising again keeps the first place" '(13 24)
  (let ((again (caught (guard (c ((string? c) 1)) (list (by-tail (vector)))))))
    (cdr (condition-place again))))

(test-error "only conditions have a place" 'wrong-type (condition-place 5))
(test-error "only conditions have a backtrace" 'wrong-type (condition-backtrace '()))

(test-equal "a recursion counts each of its frames, up to a bound" #t
  (let* ((down (lambda (n) (letrec ((go (lambda (n) (if (= n 0) (car n) (+ 1 (go (- n 1)))))))
                             (go n))))
         (trace (condition-backtrace (caught (list (down 50))))))
    (<= 50 (length trace) 60)))

(define (complaint thunk)
  (guard (e ((error-object? e) (error-object-message e))) (thunk)))
(test-equal "procedures written in Scheme complain under their own names"
  '("vector-map: argument 3 must be a vector, got (1 2)" "vector-for-each: argument 2 must be a vector, got 5"
    "string-map: argument 2 must be a string, got a" "string-for-each: argument 3 must be a string, got 5"
    "with-exception-handler: argument 1 must be a procedure, got 1" "eval: argument 2 must be an environment, got 2")
  (map complaint
       (list (lambda () (vector-map + #(1) '(1 2))) (lambda () (vector-for-each car 5))
             (lambda () (string-map values 'a)) (lambda () (string-for-each list "abc" 5))
             (lambda () (with-exception-handler 1 2)) (lambda () (eval 1 2)))))

;; An accessor whose name is private does not name itself.
(define-record-type secret-thing (make-secret-thing x) secret-thing? (x %thing-x))
(define (public-procedure obj) (+ 1 (%thing-x obj)))
(test-equal '("public-procedure: wants a secret-thing, got 5" public-procedure)
  (guard (e (#t (list (condition-message e) (condition-who e)))) (public-procedure 5)))

(test-end)

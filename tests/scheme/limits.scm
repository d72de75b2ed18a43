;; Large things: depth and length are bounded by memory alone, and what is refused is
;; refused with a clear error.
(import (scheme base) (scheme eval) (scheme repl) (scheme read) (scheme write) (srfi 64)
        (only (fermata condition) condition-kind))

(test-begin "limits")

(define million 1000000)

(define (numbers n)
  (let loop ((n n) (l '())) (if (= n 0) l (loop (- n 1) (cons n l)))))

(test-equal "apply to a list of a million" 500000500000 (apply + (numbers million)))
(test-equal "a rest list of a million" million
  (apply (lambda all (length all)) (numbers million)))
(test-equal "recursion a million deep that is no tail call" million
  (let count ((n million)) (if (= n 0) 0 (+ 1 (count (- n 1))))))
(test-equal "mutual recursion a million deep" million
  (letrec ((a (lambda (n) (if (= n 0) 0 (+ 1 (b (- n 1))))))
           (b (lambda (n) (if (= n 0) 0 (+ 1 (a (- n 1)))))))
    (a million)))
(test-equal "map over a list of a million" million (length (map (lambda (x) x) (numbers million))))
(test-equal "escape from a million frames" 'out
  (call/cc (lambda (k) (let down ((n million)) (if (= n 0) (k 'out) (+ 1 (down (- n 1))))))))
(test-equal "a hundred thousand guards inside one another" 100000
  (let down ((n 100000))
    (if (= n 0) (raise 0)
        (guard (c ((number? c) (if (= n 100000) (+ c 1) (raise (+ c 1)))))
          (down (- n 1))))))
(test-equal "winds ten thousand deep left at once" 10000
  (let ((left 0))
    (call/cc
     (lambda (k)
       (let down ((n 10000))
         (if (= n 0) (k #f)
             (dynamic-wind (lambda () #f)
                           (lambda () (down (- n 1)) #f)
                           (lambda () (set! left (+ left 1))))))))
    left))

(define (nested n open middle close)
  (let ((port (open-output-string)))
    (do ((i 0 (+ i 1))) ((= i n)) (write-string open port))
    (write-string middle port)
    (do ((i 0 (+ i 1))) ((= i n)) (write-string close port))
    (get-output-string port)))
(define (written obj)
  (let ((port (open-output-string)))
    (write obj port)
    (get-output-string port)))
(define (read-text text) (read (open-input-string text)))

(test-assert "a quoted datum nested 100000 deep in source, and printed"
  (let ((text (nested 100000 "(" "x" ")")))
    (equal? text
            (written (eval (read-text (string-append "'" text))
                           (environment '(scheme base)))))))
(test-assert "vectors nested 100000 deep"
  (let ((text (nested 100000 "#(" "1" ")")))
    (equal? text (written (read-text text)))))
(test-assert "equal? on nesting 100000 deep"
  (equal? (read-text (nested 100000 "(a " "x" ")")) (read-text (nested 100000 "(a " "x" ")"))))
(test-assert "unmatched parentheses without end are a read error"
  (guard (c ((read-error? c) #t)) (read-text (make-string 100000 #\())))

(define (kind-of thunk)
  (guard (c ((error-object? c) (list (condition-kind c) (string? (error-object-message c))))
            (else (list 'other c)))
    (thunk)))

;; Nested source either works or says that it is too deep.
(define (evaluates-or-says text)
  (let ((result (kind-of (lambda () (list 'value (eval (read-text text) (environment '(scheme base))))))))
    (or (eq? (car result) 'value) (equal? result '(syntax-error #t)) result)))
(test-equal "calls nested 20000 deep" #t (evaluates-or-says (nested 20000 "(+ 1 " "0" ")")))
(test-equal "lambdas nested 20000 deep" #t (evaluates-or-says (nested 20000 "(lambda () " "0" ")")))
(test-equal "lets nested 20000 deep" #t (evaluates-or-says (nested 20000 "(let ((x 1)) " "x" ")")))
(test-equal "conditionals nested 20000 deep" #t (evaluates-or-says (nested 20000 "(if #t " "0" " 1)")))
(test-equal "quasiquotes nested 2000 deep" #t (evaluates-or-says (nested 2000 "`(" "x" ")")))
(test-equal "bodies nested 5000 deep" #t
  (evaluates-or-says (nested 5000 "(let () (define x 1) " "x" ")")))
(test-equal "a call of 10000 arguments" #t
  (evaluates-or-says (string-append "(+" (nested 10000 " 1" "" "") ")")))
(test-equal "a body of 10000 definitions" #t
  (evaluates-or-says
   (written `(let () ,@(map (lambda (i) `(define ,(string->symbol (string-append "v" (number->string i))) ,i))
                            (numbers 10000)) v7))))

(test-equal "a bignum too big is refused" '(out-of-memory #t)
  (kind-of (lambda () (expt 7 (expt 10 18)))))
(test-equal "a vector too big is refused" '(out-of-memory #t)
  (kind-of (lambda () (make-vector (expt 10 15) 0))))
(test-equal "a string too big is refused" '(out-of-memory #t)
  (kind-of (lambda () (make-string (expt 10 15) #\a))))

(test-end "limits")

;; Names of (fermata ...) libraries that other tests do not need: shift and reset, tags, tables
;; under their own names, formatting, ports, indenting, random sources.
(import (scheme base) (scheme file) (scheme read) (srfi 64) (fermata shift) (fermata tagged)
        (only (fermata sort) stable-sort) (only (fermata format) format-basic number->fixed)
        (only (fermata ports) call-with-input-string call-with-output-string)
        (only (fermata indent) check-indented indent-file indent-port)
        (only (fermata table) eq-hash eqv-hash equal-hash hash-table-ref/default hash-table-set!
              hash-table-size make-eq-hash-table make-eqv-hash-table make-equal-hash-table
              make-string-hash-table)
        (only (fermata random) default-random-source make-random-source random
              random-source-integer random-source-real random-source-state-ref
              random-source-state-set! set-random-stand-in!))

(test-begin "small libraries")

;; ---- shift and reset
(test-equal "without a shift, the body's value" 3 (reset 1 2 3))
(test-equal "shift puts its value in place of the reset's" '(1 . 10) (cons 1 (reset (+ 1 (shift k 10)))))
(test-equal "the continuation is that up to the reset, and comes back" 25
  (reset (+ 1 (shift k (+ (k 1) (k 22))))))
(test-equal "it may be called later, and often" '(11 12)
  (let ((add (reset (+ 10 (shift k k))))) (list (add 1) (add 2))))
(test-equal "a shift in what it continues sees the same reset" '(1 2 3)
  (reset (begin (shift k (cons 1 (k #f))) (shift k (cons 2 (k #f))) '(3))))
(test-equal "the inner of two resets" '(out in 1)
  (reset (cons 'out (reset (cons 'in (shift k (k (list 1))))))))
(test-equal "the body of shift has the reset around it" '(a b)
  (reset (shift k (cons 'a (shift j (j (list 'b)))))))
(test-equal "choosing, as a list" '((1 a) (1 b) (2 a) (2 b))
  (let ((one-of (lambda (choices) (shift k (apply append (map k choices))))))
    (reset (let* ((x (one-of '(1 2))) (y (one-of '(a b)))) (list (list x y))))))
(test-error "shift without a reset" (shift k (k 1)))

;; ---- tags
(test-equal "a tag of each kind, on the same procedure" '(5 #t #t #f one two none)
  (let* ((a (tag-procedure 'a 'one (lambda (x) (+ x 1)))) (b (tag-procedure 'b 'two a)))
    (list (b 4) (procedure-tagged? 'a b) (procedure-tagged? 'b b) (procedure-tagged? 'b a)
          (procedure-tag-of 'a b (lambda () 'none)) (procedure-tag-of 'b b (lambda () 'none))
          (procedure-tag-of 'b a (lambda () 'none)))))
(test-equal "the newest of a kind counts; the old procedure keeps its own" '(new old)
  (let* ((a (tag-procedure 'a 'old car)) (b (tag-procedure 'a 'new a)))
    (list (procedure-tag-of 'a b (lambda () #f)) (procedure-tag-of 'a a (lambda () #f)))))
(test-equal '(#f #f) (list (procedure-tagged? 'a car) (procedure-tagged? 'a 5)))

;; ---- tables
(define (kept table . keys)
  (for-each (lambda (key) (hash-table-set! table key #t)) keys)
  (hash-table-size table))
(test-equal "which keys are the same" '(2 2 1 1)
  (list (kept (make-eq-hash-table) (list 1) (list 1)) (kept (make-eqv-hash-table) (list 1) (list 1))
        (kept (make-equal-hash-table) (list 1) (list 1))
        (kept (make-string-hash-table) (string #\a) (string #\a))))
(test-equal "big numbers by eqv?" 1 (kept (make-eqv-hash-table) (expt 10 30) (expt 10 30)))
(test-equal "a table of strings takes nothing else" 'refused
  (guard (e ((error-object? e) 'refused)) (hash-table-set! (make-string-hash-table) 'a 1)))
(test-equal "hashes agree with their equality" '(#t #t #t #t)
  (let ((x (list 1)))
    (list (= (eq-hash x) (eq-hash x)) (= (eqv-hash (expt 10 30)) (eqv-hash (expt 10 30)))
          (= (equal-hash (list 1 "a")) (equal-hash (list 1 "a"))) (< -1 (eq-hash x 7) 7))))

;; ---- sorting, formatting, ports
(test-equal "equals stay in order" '((1 b) (1 a) (2 c) (2 a))
  (stable-sort '((2 c) (1 b) (2 a) (1 a)) (lambda (x y) (< (car x) (car y)))))
(test-equal '("a \"b\"\n~" "1.50" "-0.1" "3" "0.333" "1000000000000000000000.0")
  (list (format-basic "~a ~s~%~~" '("a" "b")) (number->fixed 1.5 2) (number->fixed -1/8 1)
        (number->fixed 2.5000001 0) (number->fixed 1/3 3) (number->fixed (expt 10 21) 1)))
(test-error "SRFI 28 knows no other directive" (format-basic "~d" '(1)))
(test-equal '(a "b" (#\x #\y))
  (list (call-with-input-string "a b" read)
        (call-with-output-string (lambda (port) (write-string "b" port)))
        (call-with-input-string "xy" (lambda (port) (let* ((x (read-char port)) (y (read-char port))) (list x y))))))

;; ---- indenting
(test-equal "from one port to the other" "(a\n b)\n"
  (call-with-output-string
   (lambda (to) (call-with-input-string "  (a\n      b)" (lambda (from) (indent-port from to))))))
(define (write-file path text) (call-with-output-file path (lambda (port) (write-string text port))))
(define file "/tmp/fermata-check-indented-test.scm")
(test-equal "what would be changed is named, and left alone" (list #f (string-append file "\n") #t "" "(a\n b)\n")
  (let* ((said #f)
         (check (lambda ()
                  (let* ((answer #f)
                         (text (call-with-output-string
                                (lambda (port)
                                  (parameterize ((current-output-port port))
                                    (set! answer (check-indented (list file))))))))
                    (set! said text)
                    answer))))
    (write-file file "(a\nb)\n")
    (let* ((before (check)) (named said))
      (indent-file file)
      (let ((after (check)))
        (list before named after said (call-with-input-file file (lambda (port) (read-string 100 port))))))))
(delete-file file)

;; ---- random numbers
(test-equal "sources that begin alike give the same" '(#t #t #t)
  (let ((a (make-random-source)) (b (make-random-source)))
    (let ((k (random-source-integer a 1000)) (x (random-source-real a)))
      (list (= k (random-source-integer b 1000)) (= x (random-source-real b)) (< 0 x 1)))))
(test-equal "a stand-in gives the state in place of the default source's, until it gives none" '(#t #t)
  (let* ((other (make-random-source)) (state (random-source-state-ref (make-random-source)))
         (taken #f))
    (random-source-state-set! other state)
    (let ((expected (random-source-integer other 1000000)))
      (set-random-stand-in! (lambda () (set! taken #t) (bytevector-copy (cadr state))))
      (let ((number (random 1000000)))
        (set-random-stand-in! (lambda () #f))
        (list taken (= number expected))))))

(test-end "small libraries")

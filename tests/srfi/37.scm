;; SRFI 37: options of a program; SRFI 193: the command line.
(import (scheme base) (srfi 37) (srfi 64) (rename (srfi 193) (command-line words)))

(test-begin "SRFI 37, 193")

(define (note opt name arg . seeds) (apply values (cons (list name arg) (car seeds)) (cdr seeds)))
(define verbose (option '(#\v "verbose") #f #f note))
(define output (option '(#\o "output") #t #f note))
(define level (option '(#\l "level") #f #t note))
(define (parse . args)
  (call-with-values
      (lambda ()
        (args-fold args (list verbose output level)
                   (lambda (opt name arg seen rest) (values (cons (list 'unknown name arg) seen) rest))
                   (lambda (operand seen rest) (values seen (cons operand rest)))
                   '() '()))
    (lambda (seen rest) (list (reverse seen) (reverse rest)))))

(test-equal '(#t #f (#\v "verbose") #f #t #t) (list (option? verbose) (option? 5) (option-names verbose) (option-required-arg? verbose) (option-required-arg? output) (option-optional-arg? level)))
(test-assert (eq? note (option-processor verbose)))
(test-equal '(() ()) (parse))
(test-equal "short options together" '(((#\v #f) (#\o "x")) ("a")) (parse "-vo" "x" "a"))
(test-equal "an argument in the same word" '(((#\o "x") (#\l "3") (#\l #f)) ()) (parse "-ox" "-l3" "-l"))
(test-equal "long options" '((("verbose" #f) ("output" "x") ("output" "y") ("level" "2") ("level" #f)) ("3")) (parse "--verbose" "--output=x" "--output" "y" "--level=2" "--level" "3"))
(test-equal "an argument is missing" '(((#\o #f)) ()) (parse "-o"))
(test-equal "operands between and after" '(((#\v #f)) ("a" "-" "b" "-v" "--")) (parse "a" "-" "-v" "b" "--" "-v" "--"))
(test-equal "unknown" '(((unknown #\x #f) (#\v #f) (unknown "far" "1")) ()) (parse "-xv" "--far=1"))
(test-error 'wrong-type (args-fold "a" '() values values))
(test-error 'wrong-type (args-fold '("-a") '(5) values values))

;; ---- 193
(test-assert (list? (words)))
(test-equal '("37" ()) (list (command-name) (command-args)))
(define (ends? string end) (let ((n (string-length string)) (k (string-length end))) (and (>= n k) (string=? end (substring string (- n k) n)))))
(test-assert (ends? (script-file) "/tests/srfi/37.scm"))
(test-assert (ends? (script-directory) "/tests/srfi/"))
(test-assert "a full name" (char=? #\/ (string-ref (script-file) 0)))

(test-end "SRFI 37, 193")

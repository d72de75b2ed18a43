;; SRFI 28 and SRFI 48: format strings.
(import (scheme base) (scheme inexact) (scheme write) (srfi 64) (srfi 48)
        (rename (srfi 28) (format format-28)))

(test-begin "SRFI 28, 48: format")

;; ---- 28
(test-equal "a string \"b\"\n~" (format-28 "a ~a ~s~%~~" "string" "b"))
(test-error "28 knows no ~d" (format-28 "~d" 1))
(test-error "an object too many" (format-28 "~a" 1 2))
(test-error "an object too few" (format-28 "~a"))
(test-error "a lone tilde" (format-28 "a~"))
(test-error "no string" 'wrong-type (format-28 5))

;; ---- 48
(test-equal "Hello, World!" (format "Hello, ~a" "World!"))
(test-equal "to a string with #f" "(1 \"x\")" (format #f "~s" '(1 "x")))
(test-equal "to a port" "x=1"
  (let ((port (open-output-string)))
    (format port "x=~d" 1)
    (get-output-string port)))
(test-equal "#t means the current output port" "7"
  (let ((port (open-output-string)))
    (parameterize ((current-output-port port)) (format #t "~a" 7))
    (get-output-string port)))
(test-equal "#d32 #x20 #o40 #b100000" (format "#d~d #x~x #o~o #b~b" 32 32 32 32))
(test-equal "X and ff" (format "~C and ~X" #\X 255))
(test-equal "cycles are labelled" "#0=(a b . #0#)"
  (let ((c (list 'a 'b))) (set-cdr! (cdr c) c) (format "~w" c)))
(test-equal "a format string with its list" "1 (2 3)" (format "~a ~?" 1 "(~a ~a)" '(2 3)))
(test-equal "~k is the same" "<x>" (format "~k" "<~a>" '(x)))
(test-equal "a\n\t ~\n" (format "a~%~t~_~~~%"))
(test-equal "~& ends a line once" "a\nb" (format "~&a~&~&b"))
(test-equal "fixed point"
  '("   32" "32" " 32.00" "4321.00" " 0.333" "   12" "  12.346" "-1.50" "0.00" "1000.0" "-3.e" " foo")
  (list (format "~5F" 32) (format "~F" 32) (format "~6,2F" 32) (format "~1,2F" 4321)
        (format "~6,3F" 1/3) (format "~5F" 12) (format "~8,3F" 12.3456) (format "~,2F" -1.5)
        (format "~,2F" -0.001) (format "~,1F" 999.99) (format "-~d.e" 3) (format "~4F" "foo")))
(test-equal "fixed point of a complex number" "0.00+1.97i" (format "~1,2F" (sqrt -3.9)))
(test-equal "a short list stays on its line" "(a b)\n" (format "~y" '(a b)))
(test-assert "a long list is broken"
  (let ((text (format "~y" (make-list 40 'abcdef))))
    (> (length (let loop ((l (string->list text)) (n '())) (cond ((null? l) n) ((char=? (car l) #\newline) (loop (cdr l) (cons 1 n))) (else (loop (cdr l) n))))) 30)))
(test-assert "help" (> (string-length (format "~h")) 100))
(test-error "an unknown directive" (format "~q" 1))
(test-error "no character" (format "~c" 1))
(test-error "no number" (format "~d" 'a))
(test-error "no port" 'wrong-type (format 'x "a"))
(test-error "left over" (format "~a" 1 2))
(test-error "width without F" (format "~5a" 1))

(test-end "SRFI 28, 48: format")

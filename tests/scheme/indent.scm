;; Indenting programs.
(import (scheme base) (scheme file) (fermata indent) (srfi 64))

(test-begin "indent")

;; Each text is indented as it stands here, whatever its lines began with.
(define (crooked text)
  (let ((in (open-input-string text)) (out (open-output-string)))
    (let loop ((n 0))
      (let ((line (read-line in)))
        (if (eof-object? line)
            (get-output-string out)
            (let ((rest (let skip ((i 0)) (if (and (< i (string-length line)) (char=? (string-ref line i) #\space)) (skip (+ i 1)) (substring line i (string-length line))))))
              (write-string (make-string (modulo (* 7 n) 5) #\space) out)
              (write-string rest out)
              (write-string (if (even? n) "" "  \t") out)
              (newline out)
              (loop (+ n 1))))))))
(define-syntax stays
  (syntax-rules () ((_ text ...) (begin (begin (test-equal text (indented (crooked text))) (test-equal text (indented text))) ...))))
(stays
"(define (f x)
  (+ x
     1))
"
"(let loop ((i 0)
           (j 1))
  (loop (+ i 1)
        j))
"
"(if (null? list)
    '()
    (cons (car list)
          (rest
           (cdr list))))
"
"'(define (a b)
  c)
"
"(do ((i 0 (+ i 1))
     (j 0))
    ((= i 10)
     j)
  (display i))
"
"(define-record-type point
  (make-point x y)
  point?
  (x point-x))
"
"(define-library (a b)
  (export x
          y)
  (import
   (scheme base))
  (begin
    (define x 1)

    ;; a comment
    (define y 2)))
"
"#(1 2
  3 4)
"
"(f #\\( #\\) #\\; \"(\\\"\" |a (b|
   x)
"
"(list 'a
      ,@(b c
           d)
      #u8(1
          2))
"
"(syntax-rules (else)
  ((_ a ...)
   (b a ...)))
"
"(call-with-output-file path
  (lambda (port)
    x))
(call-with-output-file
 path
 proc)
"
"(case x
  ((1 2)
   3)
  (else
   4))
"
"#;(a
   b)
#0=(a
    b)
"
"(a) ; (
(b)
"
)
(test-equal "strings and block comments keep their lines" "(a \"x  \n y\"\n   #| b\n c  \n |# d)\n" (indented "(a \"x  \n y\"\n #| b\n c  \n |# d)\n"))
(test-equal "empty lines stay, but not at the end" "(a)\n\n(b)\n" (indented "(a)\n   \n(b)  \n\n\n"))
(test-equal '("" "a\n" "a\n") (list (indented "") (indented "a") (indented "  a\n")))
(test-equal "what is closed too often" "a)\n(b)\n" (indented "a)\n  (b)"))
(let ((file "/tmp/fermata-indent-test.scm"))
  (call-with-output-file file (lambda (port) (write-string "(a\n  b)" port)))
  (test-equal '(#t #f "(a\n b)\n")
    (let* ((first (indent-file file)) (second (indent-file file))) (list first second (call-with-input-file file (lambda (port) (read-string 100 port))))))
  (delete-file file))
(test-end)

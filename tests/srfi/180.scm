;; SRFI 180: JSON.
(import (scheme base) (srfi 64) (srfi 180))

(test-begin "SRFI 180: JSON")

(define (read-text text) (json-read (open-input-string text)))
(define (write-text obj) (let ((port (open-output-string))) (json-write obj port) (get-output-string port)))
(define (all next) (let ((value (next))) (if (eof-object? value) '() (cons value (all next)))))
(define (reason text) (guard (e ((json-error? e) (json-error-reason e))) (read-text text)))

;; ---- reading
(test-equal '(1 -2.5 1e3 0 "x" #t #f null) (map read-text '("1" " -2.5 " "1e3" "-0" "\"x\"" "true" "false" "null")))
(test-equal '(#() () #(1 #(2) ())) (map read-text '("[]" "{}" "[1, [2], {}]")))
(test-equal '((a . 1) (b . #((c . null)))) (vector->list (vector-map (lambda (x) x) #((a . 1) (b . #((c . null)))))))
(test-equal '((a . 1) (b . #(((c . null)) 2))) (read-text "{\"a\": 1, \"b\": [{\"c\": null}, 2]}"))
(test-equal "a\"\\/\b\n\tä𝄞" (read-text "\"a\\\"\\\\\\/\\b\\n\\t\\u00e4\\uD834\\udd1e\""))
(test-assert "no text" (eof-object? (read-text "  ")))
(test-equal "texts one after another" '(1 #(2) 3) (let ((port (open-input-string "1 [2]3"))) (let* ((a (json-read port)) (b (json-read port)) (c (json-read port))) (list a b c))))
(test-equal "from a generator of characters" #(1 2)
  (let ((chars (string->list "[1,2]"))) (json-read (lambda () (if (null? chars) (eof-object) (let ((c (car chars))) (set! chars (cdr chars)) c))))))
(test-equal '(#t #f) (list (json-null? 'null) (json-null? '())))

;; ---- errors
(test-equal "JSON, line 2, column 3: expected a comma or ], got 2" (reason "[1\n  2]"))
(test-equal "JSON, line 1, column 2: the text ends where a value is expected" (reason "["))
(test-equal "JSON, line 1, column 1: expected a value, got x" (reason "x"))
(test-assert "none of these is JSON"
  (let loop ((texts '("[1,]" "{\"a\"}" "{a:1}" "{\"a\":1,}" "01" "1." ".5" "+1" "1e" "tru" "nullx" "\"a" "\"\\x\"" "\"\\ud834\"" "\"\\udd1e\"" "\"a\nb\"" "]" "[1}" "1e999" "-")))
    (or (null? texts) (and (string? (reason (car texts))) (not (string=? (reason (car texts)) "")) (guard (e ((json-error? e) #t)) (read-text (car texts)) #f) (loop (cdr texts))))))
(test-error 'json-error (parameterize ((json-nesting-depth-limit 3)) (read-text "[[[[]]]]")))
(test-equal #(#(#())) (parameterize ((json-nesting-depth-limit 3)) (read-text "[[[]]]")))
(test-error 'json-error (parameterize ((json-number-of-character-limit 3)) (read-text "[1,2]")))
(test-assert "deep nesting is no problem" (vector? (read-text (string-append (make-string 20000 #\[) (make-string 20000 #\])))))
(test-error 'wrong-type (json-read 5))
(test-error 'wrong-type (json-error-reason 5))

;; ---- events
(test-equal '(object-start "a" array-start 1 null array-end "b" #t object-end) (all (json-generator (open-input-string "{\"a\":[1,null],\"b\":true} x"))))
(test-equal "a fold that adds" 10
  (json-fold (lambda (obj sum) (if (number? obj) (+ obj sum) sum))
             (lambda (seed) 0) (lambda (seed) seed) (lambda (seed) 0) (lambda (seed) seed)
             0 (open-input-string "[1,{\"a\":2,\"b\":[3,4]}]")))
(test-equal '(1 ((a . 2)) #(3)) (all (json-lines-read (open-input-string "1\n{\"a\":2}\n[3]\n"))))
(test-equal "a sequence leaves out what was cut off" '(((a . 1)) #(2)) (all (json-sequence-read (open-input-string "\x1e;{\"a\":1}\n\x1e;[5,\x1e;[2]\n"))))

;; ---- writing
(test-equal '("1" "-2.5" "\"x\"" "true" "false" "null" "[]" "{}" "[1,[2],{}]")
  (map write-text '(1 -2.5 "x" #t #f null #() () #(1 #(2) ()))))
(test-equal "{\"a\":1,\"b\":[{\"c\":null},2]}" (write-text '((a . 1) (b . #(((c . null)) 2)))))
(test-equal "\"a\\\"\\\\\\n\\u0001ä\"" (write-text "a\"\\\n\x1;ä"))
(test-equal "written and read" '((k . #(1 2.5 "\x7f;" #f))) (read-text (write-text '((k . #(1 2.5 "\x7f;" #f))))))
(test-equal "to an accumulator" "[1]" (let ((out "")) (json-write #(1) (lambda (s) (set! out (string-append out s)))) out))
(test-equal "to the current output port" "5" (let ((port (open-output-string))) (parameterize ((current-output-port port)) (json-write 5)) (get-output-string port)))
(test-error 'json-error (write-text 'symbol))
(test-error 'json-error (write-text 1/2))
(test-error 'json-error (write-text +nan.0))
(test-error 'json-error (write-text '(("a" . 1))))
(test-error 'json-error (write-text (vector 1 car)))
(define (accumulate . events) (let* ((port (open-output-string)) (put (json-accumulator port))) (for-each put events) (get-output-string port)))
(test-equal "{\"a\":[1,null],\"b\":true}" (accumulate 'object-start "a" 'array-start 1 'null 'array-end "b" #t 'object-end (eof-object)))
(test-error 'json-error (accumulate 'object-start 1))
(test-error 'json-error (accumulate 'array-start 'object-end))
(test-error 'json-error (accumulate 1 2))
(test-error 'json-error (accumulate 'array-start (eof-object)))
(test-error 'json-error (accumulate 'object-start "a" 'object-end))
(test-error 'wrong-type (json-accumulator 5))

(test-end "SRFI 180: JSON")

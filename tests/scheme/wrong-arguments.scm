;; Wrong arguments for the procedures that the C++ test of all builtins cannot call at random,
;; because they write, read, raise, call what they are given, or change files: here they get
;; ports of their own, and nothing that could be a file's name.
(import (scheme base) (scheme write) (scheme read) (scheme file) (scheme load) (scheme eval)
        (scheme process-context) (srfi 64)
        (only (srfi 170) rename-file create-directory create-fifo create-hard-link create-symlink
              delete-directory set-file-mode set-file-owner open-file fd->port set-umask! nice
              set-current-directory! set-environment-variable! delete-environment-variable!)
        (only (srfi 1) any every find list-index take-while list-tabulate))

(test-begin "wrong arguments")

(define circular (list 1 2 3))
(set-cdr! (cddr circular) circular)
(define closed (open-input-string "x"))
(close-port closed)
(define (samples)
  (list 0 -1 1 256 1.5 +nan.0 1/2 +i (expt 10 30) #t #f '() (if #f #f) #\a 'sym (list 1 2 3)
        '(1 2 . 3) circular (vector 1 2 3) (bytevector 1 2 3) car (lambda (x) x)
        (open-input-string "(a b) c") (open-output-string) (open-input-bytevector (bytevector 1 2))
        (open-output-bytevector) closed (eof-object) (make-parameter 1)))
(define (few) (list 0 -1 (expt 10 30) '() 'sym circular (bytevector 1 2 3) car (open-output-string) (open-input-bytevector (bytevector 1 2))))

(define (contains? text part)
  (let ((n (string-length part)))
    (let loop ((i 0))
      (and (<= (+ i n) (string-length text))
           (or (string=? part (substring text i (+ i n))) (loop (+ i 1)))))))

;; #f, or what is wrong with the call: it raised something that is no error object, or an error
;; that does not name the procedure.
(define (complaint name proc arguments)
  (guard (e ((not (error-object? e)) (list name arguments 'raised e))
            ((or (contains? (error-object-message e) (string-append name ": "))
                 (contains? (error-object-message e) (string-append name " takes ")))
             #f)
            (else (list name 'said (error-object-message e))))
    (parameterize ((current-output-port (open-output-string))
                   (current-input-port (open-input-string "(some text) 1 2")))
      (apply proc arguments))
    #f))

(define (complaints name proc)
  (let ((all '()))
    (define (try . arguments)
      (let ((wrong (complaint name proc arguments)))
        (if wrong (set! all (cons wrong all)))))
    (try)
    (for-each try (samples))
    (for-each (lambda (a) (for-each (lambda (b) (try a b)) (samples))) (samples))
    (for-each (lambda (a) (for-each (lambda (b) (try a b 0) (try a b a) (try a b 0 -1) (try a b b 1 2)) (few))) (few))
    (try 1 2 3 4 5 6 7 8 9)
    (if (null? all) '() (car all))))
(define-syntax clear
  (syntax-rules ()
    ((_ name ...) (begin (test-equal (symbol->string 'name) '() (complaints (symbol->string 'name) name)) ...))))

(clear newline display write write-shared write-char write-string write-u8
       write-bytevector read read-char peek-char read-line read-u8 peek-u8 read-string
       read-bytevector read-bytevector! flush-output-port char-ready? u8-ready?)
(clear delete-file rename-file load open-output-file open-binary-output-file
       create-directory create-fifo create-hard-link
       create-symlink delete-directory set-file-mode set-file-owner open-file
       set-current-directory! set-environment-variable! delete-environment-variable!)

;; What calls: the complaint may be about the call that was asked for.
(define-syntax answers
  (syntax-rules ()
    ((_ expected expression) (test-equal 'expression expected (guard (e ((error-object? e) (error-object-message e))) expression)))))
;; Without labels a circular list has no end: write-simple gets none.
(answers "write-simple: argument 2 must be a textual output port, got 5" (write-simple '(1 2) 5))
(answers "write-simple takes 1 to 2 arguments, but got 3" (write-simple 1 (open-output-string) 3))
(answers "apply: argument 2 must be a proper list, got 5" (apply car 5))
(answers "apply: argument 3 must be a proper list, got (1 . 2)" (apply + 1 '(1 . 2)))
(answers "apply: argument 2 must be a proper list, got #0=(1 2 3 . #0#)" (apply list circular))
(answers "apply takes at least 2 arguments, but got none" (apply))
(answers "not a procedure: 5" (apply 5 '()))
(answers "not a procedure: (1)" (apply '(1) '(2)))
(answers "raise takes 1 argument, but got none" (raise))
(answers "raise takes 1 argument, but got 2" (raise 1 2))
(answers "raise-continuable takes 1 argument, but got none" (raise-continuable))
(answers "error takes at least 1 argument, but got none" (error))
(answers 5 (error 5))
(answers "call/cc: argument 1 must be a procedure, got 5" (call/cc 5))
(answers "call/cc takes 1 argument, but got none" (call/cc))
(answers "fd->port: argument 1 must be an exact non-negative integer, got -1" (fd->port -1 'x))
(answers "set-umask!: argument 1 must be an exact non-negative integer, got a" (set-umask! 'a))
(answers "nice: argument 1 must be a fixnum, got a" (nice 'a))
(answers "open-output-file: argument 1 must be a string, got 5" (call-with-output-file 5 values))
(answers "open-output-file: argument 1 must be a string, got 5" (with-output-to-file 5 values))

;; Optional arguments of procedures in Scheme: one too many.
(answers "member takes 2 to 3 arguments, but got 4" (member 1 '(1) = =))
(answers "assoc takes 2 to 3 arguments, but got 5" (assoc 1 '((1)) = = =))
(answers "make-parameter takes 1 to 2 arguments, but got 3" (make-parameter 1 values values))
(answers "load takes 1 to 2 arguments, but got 3" (load "x" (environment '(scheme base)) 1))
(answers "eval takes 1 to 2 arguments, but got 3" (eval 1 (environment '(scheme base)) 1))
(answers "load: argument 2 must be an environment, got 5" (load "x" 5))

;; Lists that are no lists, where a search could run for ever.
(answers "any: argument 2 must be a proper list, got 5" (any odd? 5))
(answers "list-tabulate: argument 1 must be an exact non-negative integer, got -1" (list-tabulate -1 values))
(answers 2 (find even? circular))
(answers 1 (list-index even? circular))
(answers #t (any even? circular))
(answers #f (every odd? circular))
(answers '(1) (take-while odd? circular))

(test-end "wrong arguments")

;; Tasks with streams: the same twelve checks on procedures and on processes (K33), then
;; what is particular to each, pipelines, the journal.
(import (scheme base) (scheme char) (scheme file) (scheme write) (fermata sched) (fermata task)
        (only (srfi 170) directory-files) (srfi 64))

(test-begin "task")

(define (sh script . options) (apply process-task (list "sh" "-c" script "sh") options))
(define (procedure proc . options) (apply procedure-task proc options))

(define (read-all in)
  (let loop ((lines '()))
    (let ((line (read-line in)))
      (if (eof-object? line) (reverse lines) (loop (cons line lines))))))

(define (write-line text out) (write-string text out) (newline out))

;; Runs it with a runner of its own: the exit code and the lines.
(define (run spec . options)
  (let* ((runner (make-task-runner))
         (code (run-wait (apply runner-start! runner spec options))))
    (list code
          (let loop ((events (runner-events runner)) (out '()) (err '()))
            (if (null? events)
                (list (reverse out) (reverse err))
                (let ((e (car events)))
                  (loop (cdr events)
                        (if (eq? (event-kind e) 'stdout) (cons (event-value e) out) out)
                        (if (eq? (event-kind e) 'stderr) (cons (event-value e) err) err))))))))

(define (code-of spec . options) (car (apply run spec options)))
(define (output-of spec . options) (car (cadr (apply run spec options))))

;; One name, the expectation, and what is to be checked of either kind.
(define-syntax check-both
  (syntax-rules ()
    ((_ name expected (spec proc script) body)
     (for-each
      (lambda (kind spec)
        (test-equal (string-append "K33 " name ": " kind) expected body))
      '("a procedure" "a process")
      (list proc script)))))

(define (descriptors) (length (directory-files "/proc/self/fd")))
(define (children)
  (call-with-input-file
      (string-append "/proc/self/task/" (car (directory-files "/proc/self/task")) "/children")
    (lambda (in) (let ((line (read-line in))) (if (eof-object? line) "" line)))))

;; ---- the twelve

(check-both "the exit code" '(0 7 255)
  (specs (map (lambda (code) (procedure (lambda (c in out err) code))) '(0 7 255))
         (map sh '("exit 0" "exit 7" "exit 255")))
  (map code-of specs))

(check-both "input until its end" '("2 lines")
  (spec (procedure (lambda (c in out err)
                     (write-line (string-append (number->string (length (read-all in))) " lines") out)))
        (sh "echo $(wc -l) lines"))
  (output-of spec 'stdin "one\ntwo\n"))

(check-both "no input is at its end at once" '("end")
  (spec (procedure (lambda (c in out err) (if (eof-object? (read-char in)) (write-line "end" out))))
        (sh "read x || echo end"))
  (output-of spec))

(check-both "two outputs, apart" '(0 (("to out") ("to err")))
  (spec (procedure (lambda (c in out err) (write-line "to out" out) (write-line "to err" err)))
        (sh "echo to out; echo to err >&2"))
  (run spec))

(check-both "two outputs, as one" '("a" "b" "c")
  (spec (procedure (lambda (c in out err)
                     (write-line "a" out) (write-line "b" err) (write-line "c" out)))
        (sh "echo a; echo b >&2; echo c"))
  (output-of spec 'stderr 'stdout))

(define long-text (make-string 3000000 #\x))
(check-both "megabytes in and out at the same time" '(#t 0)
  (spec (procedure (lambda (c in out err)
                     (let loop ()
                       (let ((piece (read-string 5000 in)))
                         (if (not (eof-object? piece)) (begin (write-string piece out) (loop)))))))
        (sh "exec cat"))
  (let-values (((text code) (task-output spec 'stdin long-text)))
    (list (string=? text long-text) code)))

(check-both "writing when nobody reads any more ends it" '(141 0)
  (spec (procedure (lambda (c in out err) (let loop () (write-line "more" out) (loop))))
        (sh "exec yes"))
  (map run-wait
       (runner-start-pipeline! (make-task-runner)
                               (list spec (procedure (lambda (c in out err) (read-line in) 0))))))

;; Starts it, and waits until it has written a line.
(define (start-and-see spec)
  (let* ((runner (make-task-runner))
         (run (runner-start! runner spec))
         (events (run-follow run)))
    (let loop ()
      (if (eq? (event-kind (next-event events)) 'stdout) run (loop)))))

(check-both "asked to stop, it ends" '(143 exited no-need)
  (spec (procedure (lambda (c in out err) (write-line "on" out) (task-sleep 1000)))
        (sh "echo on; exec sleep 1000"))
  (let ((run (start-and-see spec)))
    (runner-stop! run 'no-need)
    (let ((code (run-wait run))) (list code (run-status run) (run-stopped run)))))

(check-both "asked to stop, it cleans up and says how it ended" '(3)
  (spec (procedure (lambda (c in out err)
                     (write-line "on" out)
                     (guard (obj ((cancelled? obj) 3)) (task-sleep 1000))))
        (sh "trap 'exit 3' TERM; echo on; while :; do sleep 0.01; done"))
  (let ((run (start-and-see spec)))
    (runner-stop! run)
    (list (run-wait run))))

(check-both "what does not heed that is killed" '(137)
  (spec (procedure (lambda (c in out err)
                     (write-line "on" out)
                     (let loop () (guard (obj (#t #f)) (task-sleep 1000)) (loop)))
                   'grace 0.01)
        (sh "trap '' TERM; echo on; while :; do sleep 0.01; done" 'grace 0.01))
  (let ((run (start-and-see spec)))
    (runner-stop! run)
    (list (run-wait run))))

(check-both "arguments, environment, directory" '("one two" "green" "/")
  (spec (procedure (lambda (c in out err)
                     (let ((arguments (context-arguments c)))
                       (write-line (string-append (car arguments) " " (cadr arguments)) out))
                     (write-line (context-variable c "COLOUR") out)
                     (write-line (context-directory c) out)
                     (if (context-variable c "HOME") 1 0))
                   'environment '(("COLOUR" . "green") ("HOME" . #f)) 'directory "/")
        (sh "echo $1 $2; echo $COLOUR; pwd; test -z \"$HOME\""
            'environment '(("COLOUR" . "green") ("HOME" . #f)) 'directory "/"))
  (let ((result (run spec 'arguments '("one" "two"))))
    (if (= (car result) 0) (car (cadr result)) result)))

(check-both "nothing is left behind" '(0 "")
  (spec (procedure (lambda (c in out err) (write-line "x" out) (read-all in) 0))
        (sh "echo x; cat"))
  (begin
    (run spec 'stdin "some")
    (let ((before (descriptors)))
      (let loop ((i 0)) (if (< i 50) (begin (run spec 'stdin "some") (loop (+ i 1)))))
      (list (- (descriptors) before) (children)))))

;; ---- of each kind

(test-equal "what a procedure returns besides numbers" '(0 1 0 0)
  (map (lambda (value) (code-of (procedure (lambda (c in out err) value)))) '(#t #f done 1000)))

(test-equal "an error of a procedure is told on its standard error" '(1 #t)
  (let* ((result (run (procedure (lambda (c in out err) (car 5)))))
         (first (car (cadr (cadr result)))))
    (list (car result)
          (let ((n (string-length first)))
            (string=? "car: argument 1 must be a pair, got 5" (substring first (- n 37) n))))))

(test-equal "its ports are the current ones" '("from in")
  (output-of (procedure (lambda (c in out err) (write-string (read-line)) (newline))) 'stdin "from in\n"))

(test-equal "a program that is not there, or is none" '((127 ()) (126 ()))
  (map (lambda (name)
         (let ((result (run (process-task (list name))))) (list (car result) (car (cadr result)))))
       '("no-such-program" "/etc/passwd")))

(test-equal "a directory that is not there" 127 (code-of (sh "echo x" 'directory "/no/such")))
(test-equal "no shell looks at the arguments" '("$HOME *")
  (output-of (process-task '("echo" "$HOME *"))))
(test-equal "a signal" 128 (- (code-of (sh "kill -INT $$")) 2))
(test-equal "limits" '("17" "0")
  (output-of (sh "ulimit -n; ulimit -c" 'limits '((files . 17) (core . 0)))))
(test-equal "only the environment that was given" '("A=1")
  (output-of (process-task '("/usr/bin/env") 'environment '(("A" . "1")) 'inherit-environment #f)))
(test-equal "it has its three streams and no other descriptor" '("0" "1" "2")
  (let ((port (open-input-file "/etc/passwd")))
    (let ((lines (output-of (sh "for i in 0 1 2 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$i && echo $i; done"))))
      (close-port port)
      lines)))

(define (dead? file)
  (guard (obj (#t #t))
    (let ((line (call-with-input-file file read-line)))
      (let loop ((i 0))
        (and (< (+ i 2) (string-length line))
             (or (string=? ") Z" (substring line i (+ i 3))) (loop (+ i 1))))))))

(test-equal "what it leaves running in its group ends with it" '(0 #t)
  (let* ((result (run (sh "sleep 1000 & echo $!")))
         (file (string-append "/proc/" (car (car (cadr result))) "/stat")))
    (let gone? ((tries 0))
      (cond ((or (not (file-exists? file)) (dead? file)) (list (car result) #t))
            ((= tries 1000) 'alive)
            (else (task-sleep 0.001) (gone? (+ tries 1)))))))
(test-equal "stopping reaches the children of a process" '(143 ("on"))
  (let ((run (start-and-see (sh "sh -c 'echo on; sleep 1000'; echo never"))))
    (runner-stop! run)
    (list (run-wait run)
          (let loop ((events (run-follow run)) (lines '()))
            (let ((e (next-event events)))
              (cond ((eof-object? e) (reverse lines))
                    ((eq? (event-kind e) 'stdout) (loop events (cons (event-value e) lines)))
                    (else (loop events lines))))))))

(test-equal "a time limit" '(143 timeout)
  (let ((run (runner-start! (make-task-runner) (sh "exec sleep 1000" 'timeout 0.01))))
    (list (run-wait run) (run-stopped run))))

(test-equal "with a virtual clock procedures take no time" '(143 timeout)
  (let ((s (make-scheduler 'clock 'virtual)))
    (let ((t (task-spawn s (lambda ()
                             (let ((run (runner-start! (make-task-runner)
                                                       (procedure (lambda (c in out err) (task-sleep 1e6))
                                                                  'timeout 3600))))
                               (list (run-wait run) (run-stopped run)))))))
      (scheduler-run s)
      (task-join t))))

(test-equal "a deadline around run-task stops it and waits" '(late "")
  (let ((how (with-deadline 0.01 (lambda () (run-task (process-task '("sleep" "1000"))))
                            (lambda () 'late))))
    (list how (children))))

(test-equal "to an output port, bytes to a binary one" '("text\n" #u8(255 10))
  (let ((text (open-output-string)) (bytes (open-output-bytevector)))
    (run-task (sh "echo text") 'stdout text)
    (run-task (sh "printf '\\377\\n'") 'stdout bytes)
    (list (get-output-string text) (get-output-bytevector bytes))))

(test-equal "bytes as input" "3"
  (let-values (((text code) (task-output (sh "printf %d $(wc -c)") 'stdin #u8(255 0 254)))) text))

;; ---- pipelines

(define upcase (procedure (lambda (c in out err)
                            (let loop ()
                              (let ((line (read-line in)))
                                (if (not (eof-object? line))
                                    (begin (write-line (string-upcase line) out) (loop))))))))

(define (pipeline-output specs . options)
  (let* ((out (open-output-string))
         (runs (apply runner-start-pipeline! (make-task-runner) specs 'stdout out options))
         (codes (map run-wait runs)))
    (list codes (get-output-string out))))

(test-equal "procedures and processes in one line" '((0 0 0 0) "A\nB\nC\n")
  (pipeline-output (list (sh "cat") (sh "sort") upcase (sh "cat")) 'stdin "c\na\nb\n"))
(test-equal "procedures alone" '((0 0) "A\n") (pipeline-output (list upcase upcase) 'stdin "a\n"))
(test-equal "a task in the middle that fails" '((141 3 0) "")
  (pipeline-output (list (sh "exec yes") (sh "exit 3") (sh "cat"))))
(test-equal "megabytes through all of it" '((0 0 0) #t)
  (let ((result (pipeline-output (list (sh "cat") upcase (sh "cat")) 'stdin (string-append long-text "\n"))))
    (list (car result) (= (string-length (cadr result)) 3000001))))

;; ---- the journal

(test-equal "events of several runs, in order; listing what runs"
  '(("one" "two") () ((1 1 started "one") (2 2 started "two") (3 2 stdout "b") (4 2 exited 0)
                      (5 1 stdout "a") (6 1 exited 0)))
  (let* ((runner (make-task-runner)) (gate (make-waitq))
         (one (runner-start! runner (procedure (lambda (c in out err) (waitq-park! gate) (write-line "a" out)))
                             'name "one"))
         (two (runner-start! runner (procedure (lambda (c in out err) (write-line "b" out))) 'name "two"))
         (names (map run-name (runner-runs runner))))
    (run-wait two)
    (waitq-give! gate #t)
    (run-wait one)
    (list names (runner-runs runner) (map event->list (runner-events runner)))))

(test-equal "following from the past into the future, to the end" '(1 2 3 4 5)
  (let* ((runner (make-task-runner))
         (follower (runner-follow runner))
         (reader (task-spawn (lambda ()
                               (let loop ((numbers '()))
                                 (let ((e (next-event follower)))
                                   (if (eof-object? e) (reverse numbers) (loop (cons (event-number e) numbers)))))))))
    (run-wait (runner-start! runner (sh "echo a; echo b; echo c")))
    (runner-close! runner)
    (task-join reader)))

(test-equal "from a number on; only the newest are kept" '((4 5) (3 4 5))
  (let* ((runner (make-task-runner 3))
         (run (runner-start! runner (sh "echo a; echo b; echo c"))))
    (run-wait run)
    (let ((follower (runner-follow runner 4)))
      (let* ((a (next-event follower)) (b (next-event follower)))
        (list (map event-number (list a b)) (map event-number (runner-events runner)))))))

(test-equal "the next event in time" 'none
  (sync/timeout 0.001 (next-event-op (runner-follow (make-task-runner))) 'none))

(test-error "a closed runner starts nothing"
  (let ((runner (make-task-runner))) (runner-close! runner) (runner-start! runner (sh "echo"))))
(test-error "a list of strings" (process-task "ls -l"))
(test-error "an option must be known" (sh "echo" 'colour "red"))
(test-error "a stream must be one" (run-task (sh "echo") 'stdin 5))

(test-end "task")

;; Procedures and programs as tasks: one pipeline of both, a time limit, a
;; journal that tells what happened.
(import (scheme base) (scheme char) (scheme write) (fermata task))

(define (each-line in proc)
  (let ((line (read-line in)))
    (if (not (eof-object? line))
        (begin (proc line) (each-line in proc)))))

;; A task in Scheme has the shape of a program: three streams and an exit code.
(define shout
  (procedure-task
   (lambda (context in out err)
     (each-line in (lambda (line)
                     (write-string (string-upcase line) out)
                     (newline out)))
     0)
   'name "shout"))

(define runner (make-task-runner))
(define runs
  (runner-start-pipeline! runner
                          (list (process-task '("sort")) shout (process-task '("head" "-n" "2")))
                          'stdin "pear\nfig\napple\n"))
(display (map run-wait runs))
(newline)

;; A task that takes too long is asked to stop, and killed when it does not.
(define slow (process-task '("sleep" "1000") 'timeout 0.05 'grace 1))
(define run (runner-start! runner slow))
(display (list "sleep ended with" (run-wait run) (run-stopped run)))
(newline)

(runner-close! runner)
(let loop ((events (runner-follow runner)))
  (let ((event (next-event events)))
    (if (not (eof-object? event))
        (let ((what (list (event-run event) (event-kind event) (event-value event))))
          (if (memq (event-kind event) '(stdout stopped))
              (begin (write what) (newline)))
          (loop events)))))

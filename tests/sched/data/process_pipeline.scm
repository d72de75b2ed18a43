;; Processes and procedures in one line, megabytes through it, a limit of time: a pipeline of
;; tasks that tells its host what comes out.
(import (scheme base) (fermata sched) (fermata task))

(define (tell . parts) (host-event! (apply string-append parts)))
(define (number n) (number->string n))
(define runner (make-task-runner))

(define mark
  (procedure-task
   (lambda (context in out err)
     (let loop ()
       (let ((line (read-line in)))
         (if (not (eof-object? line))
             (begin
               (write-string (string-append "<" line ">\n") out)
               (loop))))))))

(define out (open-output-string))
(define runs
  (runner-start-pipeline! runner (list (process-task '("cat")) mark (process-task '("sort")))
                          'stdin "b\na\n" 'stdout out))
(for-each (lambda (run) (tell "code " (number (run-wait run)))) runs)
(tell (get-output-string out))

(define count
  (procedure-task
   (lambda (context in out err)
     (let loop ((n 0))
       (let ((piece (read-string 4096 in)))
         (if (eof-object? piece)
             (write-string (number n) out)
             (loop (+ n (string-length piece)))))))))
(define size (open-output-string))
(for-each run-wait
          (runner-start-pipeline! runner (list (process-task '("cat")) count)
                                  'stdin (make-string 300000 #\x) 'stdout size))
(tell "through it went " (get-output-string size))

(define slow (runner-start! runner (process-task '("sleep" "1000") 'timeout 0.005)))
(tell "code " (number (run-wait slow)) " " (symbol->string (run-stopped slow)))

(define failing (runner-start! runner (procedure-task (lambda (context in out err) 3))))
(tell "code " (number (run-wait failing)))

;; Tasks of a scheduler of its own, in an order by its seed.
(define s (make-scheduler 'clock 'virtual 'policy 'shuffle 'seed 4))
(for-each (lambda (i)
            (task-spawn s (lambda () (task-sleep (modulo i 3)) (tell "task " (number i)))))
          '(1 2 3 4 5 6))
(scheduler-run s)
(with-deadline 0.005 (lambda () (task-sleep 100)) (lambda () (tell "late")))
(runner-close! runner)
(tell "end")

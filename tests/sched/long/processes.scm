;; Ten thousand short processes, fifty at a time: no zombie and no descriptor stays.
(import (scheme base) (scheme file) (fermata sched) (fermata task)
        (only (srfi 170) directory-files) (srfi 64))

(test-begin "processes")

(define (descriptors) (length (directory-files "/proc/self/fd")))
(define (threads) (directory-files "/proc/self/task"))
(define (children)
  (map (lambda (thread)
         (call-with-input-file (string-append "/proc/self/task/" thread "/children") read-line))
       (threads)))

(define runner (make-task-runner 100))
(define spec (process-task '("sh" "-c" "read x; echo $x; exit $1" "sh")))

(define (repeat n proc)
  (let loop ((i 0))
    (if (< i n) (begin (proc i) (loop (+ i 1))))))

;; So many processes, one after the other; how many ended as they should.
(define (worker n)
  (let ((fine 0))
    (repeat n
            (lambda (i)
              (let* ((code (modulo i 7))
                     (run (runner-start! runner spec 'stdin "hello\n"
                                         'arguments (list (number->string code)))))
                (if (= (run-wait run) code) (set! fine (+ fine 1))))))
    fine))

(run-wait (runner-start! runner spec 'stdin "hello\n" 'arguments '("0")))
(define before (descriptors))

(test-equal "all end as they should" 10000
  (apply + (map task-join (map (lambda (i) (task-spawn (lambda () (worker 200)))) (make-list 50 #f)))))
(test-equal "no descriptor stays" before (descriptors))
(test-assert "no child stays, dead or alive" (let ((all (children))) (equal? all (map (lambda (c) (eof-object)) all))))
(test-equal "nothing runs, for the runner either" '() (runner-runs runner))

(test-end "processes")

;; What a task may keep: this needs the collector, which counts it.
(import (scheme base) (fermata sched) (srfi 64))

(test-begin "memory of tasks")

(test-equal "a task that keeps too much is paused, and somebody is told" '(0 1000000 #t #t)
  (let* ((s (make-scheduler 'clock 'virtual 'on-error 'keep)) (told #f)
         (t (task-spawn s (lambda () (let loop ((kept '())) (loop (cons (make-bytevector 1000) kept))))))
         (before (task-heap-limit t)))
    (set-task-heap-limit! t 1000000 (lambda (task) (set! told task) (task-kill task)) '())
    (let ((limit (task-heap-limit t)))
      (scheduler-run s)
      (list before limit (eq? told t) (not (eq? 'runnable (task-status t)))))))

(test-end)

;; Generators among tasks: turns that end anywhere in them, and values asked for by one task after
;; the other.
(import (scheme base) (srfi 64) (srfi 158) (fermata sched))

(test-begin "generators")

(define (count-from n) (lambda (yield) (let loop ((i n)) (yield i) (loop (+ i 1)))))
(define (sum-of g n) (let loop ((i 0) (sum 0)) (if (< i n) (loop (+ i 1) (+ sum (g))) sum)))

(for-each
 (lambda (seed)
   (define s (make-scheduler 'gas 1 'policy 'shuffle 'seed seed))
   (define tasks
     (map (lambda (k)
            (task-spawn s (lambda () (sum-of (make-coroutine-generator (count-from k)) 200))))
          '(0 1 2 3 4)))
   (scheduler-run s)
   (test-equal (string-append "turns of one unit of gas, seed " (number->string seed))
     '(19900 20100 20300 20500 20700)
     (map task-result tasks)))
 '(1 2 3))

(test-equal "each value is asked for by a task of its own, and the body waits in between"
  '(0 1 2 3 4 5 6 7 8 9)
  (let* ((s (make-scheduler 'clock 'virtual))
         (g (make-coroutine-generator
             (lambda (yield) (let loop ((i 0)) (task-sleep 1) (yield i) (loop (+ i 1))))))
         (asker (task-spawn s (lambda ()
                                (let loop ((i 0) (seen '()))
                                  (if (= i 10)
                                      (reverse seen)
                                      (loop (+ i 1) (cons (task-join (task-spawn s g)) seen))))))))
    (scheduler-run s)
    (task-result asker)))

(test-equal "a task that is cancelled in the body leaves the generator where it yielded last"
  '(0 cancelled 1)
  (let* ((s (make-scheduler 'clock 'virtual)) (wait? #f)
         (g (make-coroutine-generator
             (lambda (yield) (yield 0) (if wait? (task-sleep 1000)) (yield 1))))
         (asker (task-spawn s (lambda ()
                                (let ((first (g)))
                                  (set! wait? #t)
                                  (let ((stuck (task-spawn s g)))
                                    (task-yield)
                                    (task-cancel stuck 'enough)
                                    (sync (join-op stuck))
                                    (set! wait? #f)
                                    (list first (task-status stuck) (g))))))))
    (scheduler-run s)
    (task-result asker)))

(test-end "generators")

;; What durable flows cost, beside the bare sync of the disk in the same place.
;;   fermata bench/flow/flow.scm FOLDER
;; Figures mean something on a quiet machine: where other programs compute, each sync waits for
;; its turn. `bench/flow/run --alone` goes ahead of them.
(import (scheme base) (scheme write) (scheme time) (scheme process-context)
        (scheme file) (fermata flow) (fermata sched) (srfi 132))

(define folder
  (let ((words (command-line)))
    (if (pair? (cdr words)) (cadr words) ".")))
(use-flow-store! (string-append "sqlite:" folder "/bench-flow.sqlite"))

(define (now) (/ (current-jiffy) 1e9))
(define (seconds thunk)
  (let ((began (now)))
    (thunk)
    (- (now) began)))
(define (median list) (list-ref (list-sort < list) (quotient (length list) 2)))
(define (times n proc)
  (let loop ((i 0) (taken '()))
    (if (= i n) taken (loop (+ i 1) (cons (seconds (lambda () (proc i))) taken)))))
(define (report what number unit)
  (display what)
  (display ": ")
  (display (/ (round (* 1000 number)) 1000))
  (display " ")
  (display unit)
  (newline))

(defflow ten-steps
  (lambda (n)
    (let loop ((i 0))
      (if (< i 10) (begin (step 'one (lambda () i)) (loop (+ i 1))) n))))
(defflow one-step (lambda (n) (step 'one (lambda () n))))
(defflow parked (lambda (n) (suspend 'answer) n))
(defflow long-flow
  (lambda (n)
    (let loop ((i 0))
      (if (< i n)
          (begin (step 'one (lambda () i)) (loop (+ i 1)))
          (suspend 'end)))))

(report "ten-step flow, median" (* 1000 (median (times 200 (lambda (i) (flow/start ten-steps i)))))
        "ms")
(report "50 flows in flight"
        (/ 10000
           (seconds
            (lambda ()
              (for-each task-join
                        (map (lambda (k)
                               (task-spawn
                                (lambda ()
                                  (do ((i 0 (+ i 1))) ((= i 20)) (flow/start ten-steps i)))))
                             (make-list 50 0))))))
        "steps a second")
(defflow fan-out (map-flow (lambda (i) (step 'one (lambda () i)))))
(report "1,000 steps side by side in one flow"
        (* 1000 (seconds (lambda () (flow/start fan-out (make-list 1000 0))))) "ms")
(let ((ids (map (lambda (k) (flow-suspended-id (flow/start parked k))) (make-list 200 0))))
  (report "resume of a parked flow, median"
          (* 1000 (median (map (lambda (id) (seconds (lambda () (flow/resume id 1)))) ids)))
          "ms"))
(use-flow-store! "memory:")
(let ((id (flow-suspended-id (flow/start long-flow 100000))))
  (flow-evict!)
  (report "replay of 100,000 steps" (seconds (lambda () (flow/resume id 1))) "s"))

;; A million tasks that wait: MiB of the whole process, and what waking one costs beside them and
;; beside none, in nanoseconds of processor time.
(import (scheme base) (scheme write) (scheme file) (fermata sched)
        (only (fermata builtins) runtime))

(define (tell name value)
  (display name)
  (display " ")
  (display (/ (round (* 10. value)) 10))
  (newline))

(define (resident-mib)
  (let* ((line (call-with-input-file "/proc/self/statm" read-line))
         (rest (let skip ((i 0)) (if (char=? (string-ref line i) #\space) (+ i 1) (skip (+ i 1)))))
         (end (let skip ((i rest)) (if (char=? (string-ref line i) #\space) i (skip (+ i 1))))))
    (/ (* 4 (string->number (substring line rest end))) 1024)))

(define n 1000000)
(define wakes 300000)
(define gate (make-waitq 'gate))
(define crowd (make-waitq 'crowd))

;; Two tasks that wake each other.
(define (wake-each-other)
  (let* ((ping (make-waitq)) (pong (make-waitq)) (left wakes)
         (one (task-spawn (lambda () (let loop () (waitq-park! ping) (waitq-give! pong #t) (loop)))))
         (start 0))
    (task-yield)
    (set! start (runtime))
    (let loop ()
      (if (> left 0)
          (begin
            (set! left (- left 1))
            (waitq-give! ping #t)
            (waitq-park! pong)
            (loop))))
    (let ((time (- (runtime) start)))
      (task-cancel one 'enough)
      (* 1e9 (/ time (* 2 wakes))))))

(wake-each-other)
(tell "wake-alone" (wake-each-other))
(let loop ((i 0))
  (if (< i n)
      (begin
        (task-spawn (lambda () (waitq-park! crowd) 1))
        (if (= 0 (modulo i 1000)) (task-yield))
        (loop (+ i 1)))))
(settle)
(tell "million-parked" (resident-mib))
(tell "wake-beside-million" (wake-each-other))

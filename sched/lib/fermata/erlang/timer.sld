;; Timers: a task for each, which waits and then sends.
(define-library (fermata erlang timer)
  (export send-after start-timer cancel-timer read-timer
          exit-after sleep)
  (import (scheme base) (fermata sched) (fermata erlang bag)
          (fermata erlang process) (fermata erlang records) (fermata erlang fields)
          (fermata erlang reason) (fermata erlang receive) (fermata erlang info))
  (begin

    (define (check-time who ms)
      (if (not (and (exact-integer? ms) (<= 0 ms)))
          (refuse who 'badarg ms)))

    (define (wait-until time)
      (timer-add! (wait-open) 'time time)
      (wait-park 'timer))

    ;; The owner of a timer's reference is the destination; its target is the time, as
    ;; long as it runs.
    (define (start who ms to make-message)
      (check-time who ms)
      (if (not (or (process? to) (symbol? to) (pair? to))) (refuse who 'badarg to))
      (let* ((due (+ (clock-now-ns) (* ms 1000000)))
             (node (node-self))
             (ref (make-reference (next-id) 'timer to due #f)))
        (turn-hold!)
        (set-reference-detail!
         ref
         (task-spawn (lambda ()
                       (turn-hold!)   ; when it is due it sends within one turn
                       (wait-until due)
                       (fire ref node to (make-message ref)))))
        (if (process? to)
            (if (process-alive? to)
                (set-process-timers! to (bag-put (process-timers to) ref to))
                (begin
                  (task-kill (reference-detail ref) 'timer)
                  (set-reference-target! ref #f))))
        (turn-release!)
        ref))

    (define (forget! ref to)
      (set-reference-target! ref #f)
      (if (process? to)
          (set-process-timers! to (bag-drop (process-timers to) ref))))

    (define (fire ref node to message)
      (turn-hold!)
      (forget! ref to)
      (turn-release!)
      (let ((to (if (symbol? to) (find-name node to) to)))
        (if to (! to message))))

    ;;> (send-after ms destination message)
    ;;> Sends the message in so many milliseconds; a reference for cancel-timer.
    (define (send-after ms to message)
      (start "send-after" ms to (lambda (ref) message)))

    ;;> (start-timer ms destination message)
    ;;> The same, but what is sent is (timeout reference message).
    (define (start-timer ms to message)
      (start "start-timer" ms to (lambda (ref) (list 'timeout ref message))))

    ;;> (read-timer reference)
    ;;> The milliseconds left, or #f when it has fired or was cancelled.
    (define (read-timer ref)
      (if (not (and (reference? ref) (eq? (reference-kind ref) 'timer)))
          (refuse "read-timer" 'badarg ref))
      (and (reference-target ref)
           (if (memq (task-status (reference-detail ref))
                     '(finished crashed cancelled))
               #f
               (max 0 (ceiling-quotient (- (reference-target ref) (clock-now-ns))
                                        1000000)))))

    (define (ceiling-quotient n d) (- (floor-quotient (- n) d)))

    ;;> (cancel-timer reference)
    ;;> Ends the timer; the milliseconds that were left, or #f when it was over.
    (define (cancel-timer ref)
      (let ((left (read-timer ref)))
        (turn-hold!)
        (if left
            (begin
              (task-kill (reference-detail ref) 'timer)
              (forget! ref (reference-owner ref))))
        (turn-release!)
        left))

    ;;> (exit-after ms process reason)
    ;;> Sends it an exit signal in so many milliseconds.
    (define (exit-after ms p reason)
      (check-time "exit-after" ms)
      (let ((due (+ (clock-now-ns) (* ms 1000000))))
        (spawn (lambda () (wait-until due) (exit p reason)))))

    ;;> (sleep ms)
    ;;> Waits so many milliseconds, or for ever when ms is infinity.
    (define (sleep ms) (receive (after ms 'ok)))))

;; Times, and waiting with a limit.

;;> (time? obj)
;;> Whether obj is a time.
(define-record-type <time>
  (nanoseconds->time nanoseconds)
  time?
  (nanoseconds time-nanoseconds))

;;> (current-time)
;;> The time of the scheduler's clock.
(define (current-time) (nanoseconds->time (clock-now-ns)))

;;> (time->seconds time)
;;> Seconds since the clock's beginning.
(define (time->seconds time) (/ (time-nanoseconds time) 1e9))

;;> (seconds->time seconds)
;;> The time so many seconds after the clock's beginning.
(define (seconds->time seconds)
  (nanoseconds->time (exact (round (* (exact seconds) 1000000000)))))

;; When a wait with this limit is over, in nanoseconds; #f: never.
(define (limit->nanoseconds who limit)
  (cond ((not limit) #f)
        ((time? limit) (time-nanoseconds limit))
        ((real? limit) (time-after (max 0 limit)))
        (else
         (error (string-append
                 who ": a timeout must be a time, seconds or #f, got")
                limit))))

;; Waits in the queue, with datum, for an answer; #f when the limit passed before. Prepare
;; runs once we stand in the queue; when it is true there is nothing to wait for.
(define (wait-in queue datum limit prepare what)
  (let ((ticket (wait-open)))
    (waitq-add! queue ticket #t datum)
    (if limit (timer-add! ticket #f limit))
    (if (prepare)
        (begin (wait-close) #t)
        (begin
          (wait-park what)
          (wait-tag)))))

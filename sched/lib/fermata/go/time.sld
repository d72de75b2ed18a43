;; Time: sleeping, timers, tickers (Go's package time), and time that is only counted.
;;
;; A timer's channel never holds a value that is out of date: what was not received yet is
;; gone after timer-stop! and timer-reset!.
(define-library (fermata go time)
  (export sleep time-now make-timer timer? timer-chan timer-stop! timer-reset!
          after-chan after-func make-ticker ticker? ticker-chan ticker-stop!
          ticker-reset! with-virtual-time settle)
  (import (scheme base) (fermata sched)
          (only (scheme time) current-second)
          (only (fermata builtins) make-condition)
          (fermata go channel))
  (begin

    (define (check-seconds who seconds)
      (if (not (real? seconds))
          (refuse 'wrong-type
                  (string-append who ": a number of seconds is wanted, got")
                  seconds)))

    ;;> (sleep seconds)
    ;;> Waits so long; returns at once when that is 0 or less.
    (define (sleep seconds) (task-sleep seconds))

    ;;> (time-now)
    ;;> The time in seconds since 1970; in with-virtual-time, the virtual one.
    (define (time-now)
      (if (current-bubble) (clock-now) (current-second)))

    ;; ---- timers

    ;;> (timer? obj)
    ;;> Whether obj is a timer, of make-timer or after-func.
    ;;
    ;; Each setting has a generation: one that fires late finds it changed.
    (define-record-type <timer>
      (%make-timer chan action handle generation armed)
      timer?
      (chan timer-channel)
      (action timer-action)       ; thunk, called when it fires
      (handle timer-handle set-timer-handle!)
      (generation timer-generation set-timer-generation!)
      (armed timer-armed? set-timer-armed!))

    (define (new-timer chan action) (%make-timer chan action #f 0 #f))

    (define (arm! t seconds)
      (let ((generation (+ (timer-generation t) 1)))
        (define (fire)
          (if (eq? (timer-generation t) generation)
              (begin
                (set-timer-armed! t #f)
                ((timer-action t)))))
        (set-timer-generation! t generation)
        (set-timer-armed! t #t)
        (if (and (<= seconds 0) (timer-channel t))
            (fire)
            (set-timer-handle! t (call-at! (time-after seconds) fire)))))

    ;; Whether something was kept from happening.
    (define (disarm! t)
      (cond ((timer-armed? t)
             (set-timer-armed! t #f)
             (set-timer-generation! t (+ (timer-generation t) 1))
             (call-cancel! (timer-handle t))
             #t)
            ((and (timer-channel t) (> (chan-len (timer-channel t)) 0))
             (chan-drain! (timer-channel t))
             #t)
            (else #f)))

    ;;> (make-timer seconds)
    ;;> A timer that sends the time on its channel once, in so many seconds.
    (define (make-timer seconds)
      (check-seconds "make-timer" seconds)
      (let* ((c (make-chan 1))
             (t (new-timer c (lambda () (put-now! c (time-now))))))
        (arm! t seconds)
        t))

    ;;> (after-func seconds thunk)
    ;;> A timer that calls the thunk, in a task of its own.
    (define (after-func seconds thunk)
      (check-seconds "after-func" seconds)
      (let ((t (new-timer #f thunk)))
        (arm! t seconds)
        t))

    ;;> (timer-chan timer)
    ;;> The channel on which it sends.
    (define (timer-chan t) (timer-channel t))

    ;;> (timer-stop! timer)
    ;;> Has it not fire, and nothing be received from it; whether that changed anything.
    (define (timer-stop! t) (disarm! t))

    ;;> (timer-reset! timer seconds)
    ;;> Has it fire in so many seconds from now; whether it had not fired yet.
    (define (timer-reset! t seconds)
      (check-seconds "timer-reset!" seconds)
      (let ((changed (disarm! t)))
        (arm! t seconds)
        changed))

    ;;> (after-chan seconds)
    ;;> A channel on which the time is sent once, in so many seconds.
    (define (after-chan seconds) (timer-chan (make-timer seconds)))

    ;; ---- tickers

    ;;> (ticker? obj)
    ;;> Whether obj is a ticker.
    ;;
    ;;> (ticker-chan ticker)
    ;;> The channel on which it sends.
    (define-record-type <ticker>
      (%make-ticker chan period handle generation)
      ticker?
      (chan ticker-chan)
      (period ticker-period set-ticker-period!)     ; nanoseconds
      (handle ticker-handle set-ticker-handle!)
      (generation ticker-generation set-ticker-generation!))

    ;; The period in nanoseconds, from 1 on.
    (define (period who seconds)
      (check-seconds who seconds)
      (let ((ns (- (time-after seconds) (time-after 0))))
        (if (<= seconds 0)
            (refuse 'out-of-range
                    (string-append who ": the period must be more than 0, got")
                    seconds))
        (max ns 1)))

    (define (start-ticker! t)
      (let ((generation (+ (ticker-generation t) 1)))
        (define (at time)
          (set-ticker-handle!
           t
           (call-at! time
                         (lambda ()
                           (if (eq? (ticker-generation t) generation)
                               (begin
                                 (put-now! (ticker-chan t) (time-now))
                                 (at (next-after time))))))))
        ;; Ticks that were missed are left out.
        (define (next-after time)
          (let ((late (- (clock-now-ns) time)) (period (ticker-period t)))
            (+ time (* period (+ 1 (quotient late period))))))
        (set-ticker-generation! t generation)
        (at (+ (clock-now-ns) (ticker-period t)))))

    ;;> (make-ticker seconds)
    ;;> A ticker that sends the time on its channel again and again; what is not received in
    ;;> time is left out.
    (define (make-ticker seconds)
      (let ((t (%make-ticker (make-chan 1) (period "make-ticker" seconds) #f 0)))
        (start-ticker! t)
        t))

    ;;> (ticker-stop! ticker)
    ;;> Ends the ticks. The channel stays open.
    (define (ticker-stop! t)
      (set-ticker-generation! t (+ (ticker-generation t) 1))
      (call-cancel! (ticker-handle t))
      (chan-drain! (ticker-chan t)))

    ;;> (ticker-reset! ticker seconds)
    ;;> Goes on with another period, from now.
    (define (ticker-reset! t seconds)
      (let ((new (period "ticker-reset!" seconds)))
        (ticker-stop! t)
        (set-ticker-period! t new)
        (start-ticker! t)))

    ;; ---- virtual time

    ;;> (with-virtual-time thunk [option value] ...)
    ;;> Calls the thunk in a world of its own, whose clock begins at 2000-01-01 00:00 UTC and
    ;;> jumps to the next timer whenever all tasks wait: nobody sleeps really. Returns what
    ;;> the thunk returned once all tasks begun there have ended. An error in one of them is
    ;;> raised; so is a condition of the kind stuck, naming them, when they wait for ever.
    ;;> Channels made there are for these tasks alone. Options: seed (of every choice), and
    ;;> timers: shuffle, or in-order for those of one instant.
    (define (with-virtual-time thunk . options)
      (define (option name default)
        (let loop ((rest options))
          (cond ((null? rest) default)
                ((null? (cdr rest))
                 (refuse 'wrong-arguments
                         "with-virtual-time: an option without its value:"
                         (car rest)))
                ((eq? (car rest) name) (cadr rest))
                (else (loop (cddr rest))))))
      (let* ((s (make-scheduler 'clock 'virtual 'on-error 'stop 'name 'virtual-time
                                'seed (option 'seed 1)))
             (main (parameterize ((current-bubble s))
                     (task-spawn s thunk 'name 'main))))
        (scheduler-shuffle-timers! s (eq? (option 'timers 'shuffle) 'shuffle))
        (let ((end (scheduler-run s)))
          (if (eq? end 'stuck)
              (refuse 'stuck
                      (string-append
                       "with-virtual-time: all goroutines are asleep - deadlock!\n"
                       (stuck-report s)))
              (task-join main)))))))

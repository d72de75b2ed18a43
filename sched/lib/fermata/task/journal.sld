;; What happened, in order: events that can be followed from the past into the future.
;;
;; A journal is a chain of events. Who follows holds a place in the chain, so any number
;; may, each at its own pace; what nobody holds and the journal has let go of is collected.
(define-library (fermata task journal)
  (export make-journal journal-add! journal-events journal-close!
          event? event-number event-run event-kind event-value event->list
          follow follower? next-event next-event-op)
  (import (scheme base) (fermata sched))
  (begin

    ;;> (event? obj)
    ;;> Whether obj is an event of a runner.
    ;;
    ;;> (event-number event)
    ;;> Its number in the order of the events of the runner, from 1 on.
    ;;
    ;;> (event-run event)
    ;;> The number of the run, as of run-id.
    ;;
    ;;> (event-kind event)
    ;;> started, stdout, stderr, stopped or exited.
    ;;
    ;;> (event-value event)
    ;;> The name of the run for started, a line for stdout and stderr, the reason for stopped,
    ;;> the exit code for exited.
    (define-record-type <event> (make-event number run kind value) event?
      (number event-number)
      (run event-run)
      (kind event-kind)
      (value event-value))

    ;;> (event->list event)
    ;;> Its number, the number of the run, the kind and the value.
    (define (event->list event)
      (list (event-number event) (event-run event) (event-kind event) (event-value event)))

    (define-record-type <journal>
      (make-empty-journal first last count size limit closed queue)
      journal?
      (first journal-first set-journal-first!)  ; pair whose cdr is the oldest event's
      (last journal-last set-journal-last!)
      (count journal-count set-journal-count!)  ; events ever
      (size journal-size set-journal-size!)     ; events kept
      (limit journal-limit)
      (closed journal-closed? set-journal-closed!)
      (queue journal-queue))

    (define (make-journal limit)
      (let ((head (list #f)))
        (make-empty-journal head head 0 0 limit #f (make-waitq 'journal))))

    (define (journal-add! journal run kind value)
      (let* ((number (+ 1 (journal-count journal)))
             (place (list (make-event number run kind value))))
        (set-cdr! (journal-last journal) place)
        (set-journal-last! journal place)
        (set-journal-count! journal number)
        (if (= (journal-size journal) (journal-limit journal))
            (set-journal-first! journal (cdr (journal-first journal)))
            (set-journal-size! journal (+ 1 (journal-size journal))))
        (waitq-give-all! (journal-queue journal) #t)))

    (define (journal-close! journal)
      (set-journal-closed! journal #t)
      (waitq-give-all! (journal-queue journal) #t))

    (define (journal-events journal) (list-copy (cdr (journal-first journal))))

    (define-record-type <follower> (make-follower journal place run) follower?
      (journal follower-journal)
      (place follower-place set-follower-place!)
      (run follower-run set-follower-run!))   ; number; #f: all runs; over: after its end

    ;; From the event of that number on, or the oldest that is kept; of one run, or of all.
    (define (follow journal from run)
      (let loop ((place (journal-first journal)))
        (if (and (pair? (cdr place)) (< (event-number (cadr place)) from))
            (loop (cdr place))
            (make-follower journal place run))))

    ;; The next event, the eof object after the last, or #f when it has not come yet.
    (define (take-event! follower)
      (let ((place (cdr (follower-place follower)))
            (run (follower-run follower)))
        (cond ((eq? run 'over) (eof-object))
              ((pair? place)
               (set-follower-place! follower place)
               (let ((event (car place)))
                 (cond ((not run) event)
                       ((not (eqv? run (event-run event))) (take-event! follower))
                       (else
                        (if (eq? (event-kind event) 'exited)
                            (set-follower-run! follower 'over))
                        event))))
              ((journal-closed? (follower-journal follower)) (eof-object))
              (else #f))))

    ;;> (next-event follower)
    ;;> Waits for the next event; the eof object after the last one.
    (define (next-event follower)
      (or (take-event! follower) (sync (next-event-op follower))))

    ;;> (next-event-op follower)
    ;;> The same as an operation.
    (define (next-event-op follower)
      (make-op
       (lambda () (or (take-event! follower) op-not-ready))
       (lambda (ticket tag)
         (waitq-add! (journal-queue (follower-journal follower)) ticket op-again))
       (lambda () #t)
       'journal))))

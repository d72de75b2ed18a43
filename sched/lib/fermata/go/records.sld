;; The records of (fermata go): locks and the like.  What can be done with their
;; fields stands in (fermata go fields).
(define-library (fermata go records)
  (export <mutex> %make-mutex mutex?
          <rwmutex> %make-rwmutex rwmutex?
          <wait-group> %make-wait-group wait-group?
          <once> %make-once once?
          <condition-variable> %make-cond condition-variable?
          <pool> %make-pool pool?
          <errgroup> %make-errgroup errgroup?)
  (import (scheme base))
  (begin

    ;;> (mutex? obj)
    ;;> Whether obj is a mutex of make-mutex.
    (define-record-type <mutex>
      (%make-mutex locked queue)
      mutex?
      (locked %locked)
      (queue %queue))         ; its holder, for reports, is the task that has the lock

    ;;> (rwmutex? obj)
    ;;> Whether obj is a lock of make-rwmutex.
    (define-record-type <rwmutex>
      (%make-rwmutex readers writing writers-waiting readers-waiting)
      rwmutex?
      (readers %readers)      ; how many read
      (writing %writing)
      (writers-waiting %writers-waiting)
      (readers-waiting %readers-waiting))

    ;;> (wait-group? obj)
    ;;> Whether obj is a wait group.
    (define-record-type <wait-group>
      (%make-wait-group count queue)
      wait-group?
      (count %wg-count)
      (queue %wg-queue))

    ;;> (once? obj)
    ;;> Whether obj is what make-once returns.
    (define-record-type <once>
      (%make-once state queue)
      once?
      (state %once-state)     ; fresh, running or done
      (queue %once-queue))

    (define-record-type <condition-variable>
      (%make-cond mutex queue)
      condition-variable?
      (mutex %cond-mutex)
      (queue %cond-queue))

    (define-record-type <pool>
      (%make-pool new items count)
      pool?
      (new %pool-new)         ; thunk
      (items %pool-items)     ; ephemerons
      (count %pool-count))

    ;;> (errgroup? obj)
    ;;> Whether obj is a group of make-errgroup.
    (define-record-type <errgroup>
      (%make-errgroup context cancel limit count slots idle error)
      errgroup?
      (context %context)
      (cancel %cancel)
      (limit %limit)          ; #f: none
      (count %eg-count)
      (slots %slots)          ; who waits to begin a task
      (idle %idle)            ; who waits for the end of all
      (error %error))))       ; list of the first, or ()

;; The records of (fermata go): channels, locks and the like.  What can be done with their
;; fields stands in (fermata go fields).
(define-library (fermata go records)
  (export <chan> %make-chan chan?
          <mutex> %make-mutex mutex?
          <rwmutex> %make-rwmutex rwmutex?
          <wait-group> %make-wait-group wait-group?
          <once> %make-once once?
          <errgroup> %make-errgroup errgroup?)
  (import (scheme base))
  (begin

    ;; state is #f while nothing is special; else closed, nil, or bubble: open, but only for
    ;; the tasks of the bubble it was made in.
    (define-record-type <chan>
      (%make-chan senders receivers capacity ring first count state bubble)
      chan?
      (senders %senders)      ; wait queue of those who send
      (receivers %receivers)  ; its partner
      (capacity %capacity)
      (ring %ring)            ; vector, grows up to the capacity
      (first %first)          ; where in it the oldest value is
      (count %count)          ; how many there are
      (state %state)
      (bubble %bubble))       ; scheduler, or #f

    (define-record-type <mutex>
      (%make-mutex locked queue)
      mutex?
      (locked %locked)
      (queue %queue))         ; its holder, for reports, is the task that has the lock

    (define-record-type <rwmutex>
      (%make-rwmutex readers writing writers-waiting readers-waiting)
      rwmutex?
      (readers %readers)      ; how many read
      (writing %writing)
      (writers-waiting %writers-waiting)
      (readers-waiting %readers-waiting))

    (define-record-type <wait-group>
      (%make-wait-group count queue)
      wait-group?
      (count %wg-count)
      (queue %wg-queue))

    (define-record-type <once>
      (%make-once state queue)
      once?
      (state %once-state)     ; fresh, running or done
      (queue %once-queue))

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

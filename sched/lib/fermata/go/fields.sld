;; The fields of (fermata go records), as syntax instead of procedures.
;;
;; A call of a procedure written in Scheme is a place where gas may end a turn; an instruction
;; is not. So with these, what stands between two calls happens in one turn: looking at a
;; lock, and then acting or waiting by a native of (fermata sched).
(define-library (fermata go fields)
  (export mutex-locked? set-mutex-locked! mutex-queue
          rw-readers set-rw-readers! rw-writing? set-rw-writing! rw-writers
          rw-waiting-readers
          wg-count set-wg-count! wg-queue
          once-state set-once-state! once-queue
          cond-mutex cond-queue
          pool-new pool-items set-pool-items! pool-count set-pool-count!
          eg-context eg-cancel eg-limit set-eg-limit! eg-count set-eg-count!
          eg-slots eg-idle eg-error set-eg-error!)
  (import (scheme base) (fermata go records)
          (only (fermata builtins)
                er-macro-transformer %record-ref %record-set!))
  (begin

    (define-syntax define-field
      (syntax-rules ()
        ((_ type index get)
         (define-syntax get
           (er-macro-transformer
            (lambda (form rename compare)
              (list (rename '%record-ref) (cadr form)
                    (list (rename 'quote) type) index)))))
        ((_ type index get set)
         (begin
           (define-field type index get)
           (define-syntax set
             (er-macro-transformer
              (lambda (form rename compare)
                (list (rename '%record-set!) (cadr form)
                      (list (rename 'quote) type) index (car (cddr form))))))))))

    (define-field <mutex> 0 mutex-locked? set-mutex-locked!)
    (define-field <mutex> 1 mutex-queue)

    (define-field <rwmutex> 0 rw-readers set-rw-readers!)
    (define-field <rwmutex> 1 rw-writing? set-rw-writing!)
    (define-field <rwmutex> 2 rw-writers)
    (define-field <rwmutex> 3 rw-waiting-readers)

    (define-field <wait-group> 0 wg-count set-wg-count!)
    (define-field <wait-group> 1 wg-queue)

    (define-field <once> 0 once-state set-once-state!)
    (define-field <once> 1 once-queue)

    (define-field <condition-variable> 0 cond-mutex)
    (define-field <condition-variable> 1 cond-queue)

    (define-field <pool> 0 pool-new)
    (define-field <pool> 1 pool-items set-pool-items!)
    (define-field <pool> 2 pool-count set-pool-count!)

    (define-field <errgroup> 0 eg-context)
    (define-field <errgroup> 1 eg-cancel)
    (define-field <errgroup> 2 eg-limit set-eg-limit!)
    (define-field <errgroup> 3 eg-count set-eg-count!)
    (define-field <errgroup> 4 eg-slots)
    (define-field <errgroup> 5 eg-idle)
    (define-field <errgroup> 6 eg-error set-eg-error!)))

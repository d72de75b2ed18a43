;; Flows that a peer goes on with: those that were delegated, and copies. What comes for one
;; that was delegated is kept in its inbox here and sent on by delegation.sld.
(define-library (fermata flow elsewhere)
  (export elsewhere? place-elsewhere refuse-elsewhere check-readable-there forward-soon!
          item-id item-version item-value)
  (import (scheme base)
          (only (fermata sched) current-scheduler)
          (fermata flow builtins) (fermata flow items) (fermata flow looks) (fermata flow run)
          (fermata flow history))
  (begin

    (define (elsewhere? row) (memq (row-status row) '(delegated copy)))

    ;; The peer, a symbol.
    (define (place-elsewhere row) (string->symbol (row-waiting row)))

    (define (refuse-elsewhere row)
      (if (eq? (row-status row) 'copy)
          (refuse (row-id row) " is a copy of a flow at " (row-waiting row))
          (refuse (row-id row) " is delegated to " (row-waiting row) "; ask there")))

    ;; Before something is sent to a flow: a peer cannot read what this computer sealed.
    (define (check-readable-there row value)
      (if (and (elsewhere? row) (%flow-holds-secret? value))
          (refuse (row-id row) " is at " (row-waiting row)
                  ", which cannot read a secret of this computer")))

    ;; An item is #(id version due value).
    (define (item-id item) (vector-ref item 0))
    (define (item-version item) (vector-ref item 1))
    (define (item-value item) (vector-ref item 3))

    ;; There is something to be sent on, or to be asked: the next look does it.
    (define (forward-soon! store id)
      (let again ((left 5))
        (let ((item (%item store 'delegation id)))
          (if (and item (> left 0)
                   (not (%item-put! store 'delegation id (item-version item)
                                    (%flow-now (current-scheduler)) (item-value item))))
              (again (- left 1))))))))

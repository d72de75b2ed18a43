;; What waits for the end of a flow on another peer; see remote.sld, which sends it
;; the end. Here so that the engine need not know of peers.
(define-library (fermata flow parents)
  (export remote-parent? direct-answer keep-end! send-ends! set-end-sender!)
  (import (scheme base) (scheme cxr)
          (fermata flow builtins) (fermata flow items) (fermata flow journals))
  (begin

    ;; parent: (id strand ordinal peer key), or without the last two when it is a flow of
    ;; the same store; or #f.
    (define (remote-parent? parent) (and parent (pair? (cdddr parent))))

    ;; #f, or a list whose first element says whether the caller still waits for the
    ;; answer to its call, and so is told by that.
    (define direct-answer (make-parameter #f))

    ;; Keeps the end of a flow until its caller has it; before the flow is closed, so that
    ;; nothing in between can lose it.
    (define (keep-end! journal parent how value)
      (if (not (and (direct-answer) (car (direct-answer))))
          (%item-put! (%flow-store-of journal) 'remote-end (%flow-id journal) 0 1
                      (list parent (%flow-name journal) (list how value) 0))))

    (define sender #f)
    (define (set-end-sender! procedure) (set! sender procedure))

    ;; Sends the ends that are due.
    (define (send-ends! store) (sender store))))

;; What waits for the end of a flow on another peer; see remote.sld, which sends it
;; the end. Here so that the engine need not know of peers.
(define-library (fermata flow parents)
  (export remote-parent? direct-answer keep-end! send-ends! set-end-sender!
          guest-path guest-asker guest-generation hint-end!)
  (import (scheme base) (scheme cxr)
          (fermata flow builtins) (fermata flow items) (fermata flow journals) (fermata flow moving))
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

    ;; Where a flow was that came to us, as an item of the store: (path asker generation). path:
    ;; the places before, the first one first, '() when it came back; asker: the one that sent
    ;; it; generation: of its epochs since then.
    (define (guest-path store id)
      (let ((item (%item store 'guest id))) (if item (car (vector-ref item 3)) '())))
    (define (guest-asker item) (cadr (vector-ref item 3)))
    (define (guest-generation item) (caddr (vector-ref item 3)))

    ;; Whether the end of a flow is told to the place that it came from, which is to be reminded
    ;; to ask. What waits for it is known there.
    (define (hint-end! journal)
      (and (> (%flow-generation (%flow-epoch journal)) 0)
           (let* ((store (%flow-store-of journal)) (id (%flow-id journal))
                  (item (%item store 'guest id)))
             (and item
                  (pair? (car (vector-ref item 3)))
                  (begin
                    (%item-put! store 'guest id (vector-ref item 1) 1 (vector-ref item 3))
                    #t)))))

    (define sender #f)
    (define (set-end-sender! procedure) (set! sender procedure))

    ;; Sends the ends that are due.
    (define (send-ends! store) (sender store))))

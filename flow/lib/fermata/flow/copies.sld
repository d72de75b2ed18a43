;; Copies that peers keep here of their flows, see replicas.sld, and what makes one of them
;; a flow that runs.
(define-library (fermata flow copies)
  (export flow/promote flow/copies take-copies ended-as)
  (import (scheme base)
          (fermata flow builtins) (fermata flow items) (fermata flow looks)
          (fermata flow moving)
          (fermata flow run) (fermata flow history) (fermata flow parents)
          (fermata flow elsewhere) (fermata flow peers))
  (begin

    ;; ---- what the origin sends

    ;; ids: symbols; texts: for each of them what is new of it, or #f when it only asks.
    (define (take-copies home sender ids texts)
      (let ((store (home-store home)))
        (cond ((not ((home-keeps? home) sender)) '(refused not-allowed))
              (else
               (cons 'at
                     (map (lambda (id text)
                            (let ((at (where store sender id)))
                              (if (and text (exact-integer? at))
                                  (begin
                                    (%flow-take-copy store text sender)
                                    (where store sender id))
                                  at)))
                          ids texts))))))

    ;; The number of the next record that we lack of a flow; promoted; refused when what is here
    ;; is no copy of it; or, when that has ended, what it is known by, as a copy whose origin
    ;; has ended is a flow like any other: (ended length epoch created).
    (define (where store sender id)
      (let* ((known (%flow-history store id 'row)) (row (and known (row-of known)))
             (guest (%item store 'guest id)))
        (cond ((not row) 0)
              ((eq? (row-status row) 'copy)
               (if (eq? (place-elsewhere row) sender) (row-length row) 'refused))
              ((and guest (eq? (guest-asker guest) sender)
                    (> (%flow-generation (row-epoch row)) 0))
               'promoted)
              ((closed? (row-status row)) (ended-as row))
              (else 'refused))))

    (define (ended-as row) (list 'ended (row-length row) (row-epoch row) (row-created row)))

    ;; ---- by hand

    ;;> (flow/promote id)
    ;;> Makes a copy of a peer's flow one that runs here: for when the peer is lost. A list:
    ;;> how many records it has, and the time of the last one, in seconds since 1970. What the
    ;;> peer recorded after these is not here; steps that it did meanwhile are done again. The
    ;;> peer is told of it, as soon as it can be reached, and stops.
    (define (flow/promote id)
      (if (in-flow?) (refuse "flow/promote: a flow may not do that; do it in a step"))
      (let* ((id (as-id id)) (store (current-store)) (known (outline store id))
             (row (row-of known)) (guest (%item store 'guest id)))
        (if (not (eq? (row-status row) 'copy))
            (refuse id " is " (row-status row) ", not a copy"))
        (%item-put! store 'guest id (if guest (item-version guest) 0) 1
                    (list '() (place-elsewhere row) (+ 1 (%flow-generation (row-epoch row)))))
        (if (not (%flow-promote! store id (row-epoch row)))
            (refuse id " has changed meanwhile; try again"))
        (list (row-length row) (/ (record-at (last-of (cdr known))) 1000))))

    ;;> (flow/copies [peer])
    ;;> The ids of the copies that are kept here, of all peers or of one.
    (define (flow/copies 1 . peer)
      (let loop ((rows (%flow-list (current-store) (vector '(copy) #f 0 0 0 '() 0))) (ids '()))
        (cond ((null? rows) ids)
              ((or (null? peer) (eq? (place-elsewhere (car rows)) (car peer)))
               (loop (cdr rows) (cons (row-id (car rows)) ids)))
              (else (loop (cdr rows) ids)))))))

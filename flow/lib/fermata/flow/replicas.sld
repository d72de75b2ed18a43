;; Replicas: read-only copies of our flows at a peer, kept up as they grow.
;;
;; What is to be copied is an item of the store, one for each peer: (name queue cursor). A
;; round sends what the peer lacks of each flow that changed since the cursor, and of those
;; that run: records from the number on that the peer says it has. So nothing has to be
;; remembered here, and a message may be lost or come again. The peer's side is copies.sld.
(define-library (fermata flow replicas)
  (export flow/replicate flow/replicas replicate-due! flows-remembered)
  (import (scheme base)
          (fermata table)
          (only (fermata sched) current-scheduler)
          (fermata flow builtins) (fermata flow items) (fermata flow looks)
          (fermata flow moving)
          (fermata flow run) (fermata flow arguments) (fermata flow options)
          (fermata flow history) (fermata flow elsewhere) (fermata flow peers)
          (fermata flow remote) (fermata flow delegation) (fermata flow copies))
  (begin

    ;;> (flow/replicate peer option value ...)
    ;;> Keeps copies of the flows of this store at a peer from now on; flow/work sends what is
    ;;> new each second. A copy can be looked at there, and does not run unless somebody
    ;;> promotes it, see flow/promote. Options: name (of the flows that are copied; else of
    ;;> all), queue (of that queue alone), stop (#t: sends no more; what is there stays).
    (define (flow/replicate peer . options)
      (check-name "flow/replicate" "name of the peer" peer)
      (let* ((get (lambda (name)
                    (get-option "flow/replicate" options replicate-options name #f)))
             (store (current-store)) (known (%item store 'replica peer)))
        (cond ((get 'stop)
               (%item-drop! store 'replica peer)
               (%item-drop! store 'replica-refused peer)
               (%item-drop! store 'replica-complete peer))
              ((not (known-peer? peer)) (refuse "no peer is called " peer))
              (else
               (%item-put! store 'replica peer (if known (item-version known) 0) (now)
                           (list (get 'name) (get 'queue) 0))))
        peer))

    (define replicate-options
      (list (list 'name "a symbol, the name of a flow, or #f" (or-false symbol?))
            (list 'queue "a symbol, or #f" (or-false symbol?))
            'stop))

    ;;> (flow/replicas)
    ;;> Where copies of the flows of this store are kept: for each peer a list of its name, the
    ;;> name of the flows and the queue, #f for all, when the copies were complete last,
    ;;> in seconds since 1970, or #f, and the ids of those that it does not keep copies of: it
    ;;> has other flows of these ids.
    (define (flow/replicas)
      (let ((store (current-store)))
        (map (lambda (item)
               (let ((complete (%item store 'replica-complete (item-id item))))
                 (list (item-id item) (list-ref (item-value item) 0)
                       (list-ref (item-value item) 1)
                       (and complete (/ (vector-ref complete 2) 1000))
                       (refused-by store (item-id item)))))
             (%items store 'replica 0))))

    (define (now) (%flow-now (current-scheduler)))

    (define (replicate-due! store)
      (for-each (lambda (item) (in-background! store item round!))
                (%items store 'replica (now))))

    ;; Others leave it alone meanwhile.
    (define (round! store item)
      (let* ((peer (item-id item)) (value (item-value item)) (began (now))
             (version (item-version item)))
        (if (%item-put! store 'replica peer version (+ began 10000) value)
            (let* ((rows (rows-to-copy store value))
                   (complete? (send-all! store peer rows)))
              (if complete? (note-complete! store peer began))
              (forget-others! store peer rows)
              (%item-put! store 'replica peer (+ version 1) (+ (now) 1000)
                          (list (list-ref value 0) (list-ref value 1)
                                (if complete?
                                    (latest rows (list-ref value 2))
                                    (list-ref value 2))))))))

    (define (note-complete! store peer at)
      (let ((known (%item store 'replica-complete peer)))
        (%item-put! store 'replica-complete peer (if known (item-version known) 0) at #t)))

    ;; By the store's clock. Who wrote just before the last look may have been seen only now.
    (define overlap 10000)
    (define (latest rows so-far)
      (let loop ((rows rows) (latest so-far))
        (if (null? rows) latest (loop (cdr rows) (max latest (row-updated (car rows)))))))

    (define (rows-to-copy store value)
      (define (listed statuses changed)
        (%flow-list store (vector statuses (list-ref value 0) 0 0 0 '() changed)))
      (let ((queue (list-ref value 1)))
        (keep (lambda (row)
                (and (or (not queue) (eq? (row-queue row) queue))
                     (not (elsewhere? row))))
              (append (listed '(running) 0)
                      (listed '() (max 0 (- (list-ref value 2) overlap)))))))

    (define (keep good? list)
      (let loop ((list list) (kept '()))
        (cond ((null? list) (reverse kept))
              ((good? (car list)) (loop (cdr list) (cons (car list) kept)))
              (else (loop (cdr list) kept)))))

    ;; ---- what the peer has

    ;; By (store . peer): a table, by id, of the number of the next record that it lacks. Only of
    ;; the flows of the last round: of any other that changes the peer is asked again.
    (define acknowledged (make-equal-hash-table))
    (define (table-of store peer)
      (hash-table-ref acknowledged (cons store peer) make-equal-hash-table))
    (define (at-peer store peer row)
      (hash-table-ref/default (table-of store peer) (row-id row) #f))
    (define (lacks? store peer row)
      (let ((at (at-peer store peer row)))
        (not (and at (>= at (row-length row))))))
    (define (note-at! store peer row at)
      (let ((table (table-of store peer)))
        (hash-table-set! table (row-id row) at)
        (hash-table-set! acknowledged (cons store peer) table)))
    (define (forget-others! store peer rows)
      (let ((before (table-of store peer)) (kept (make-equal-hash-table)))
        (for-each (lambda (row)
                    (let ((at (hash-table-ref/default before (row-id row) #f)))
                      (if at (hash-table-set! kept (row-id row) at))))
                  rows)
        (hash-table-set! acknowledged (cons store peer) kept)))
    ;; Of how many flows it is known what a peer has.
    (define (flows-remembered store peer) (hash-table-count (table-of store peer)))

    ;; The ids of flows that the peer refuses, as it has others of these ids.
    (define (refused-by store peer)
      (let ((known (%item store 'replica-refused peer))) (if known (item-value known) '())))
    (define (note-refused! store peer rows answers)
      (let* ((known (%item store 'replica-refused peer)) (before (refused-by store peer))
             (now (let loop ((rows rows) (answers answers) (ids before))
                    (cond ((null? rows) ids)
                          ((eq? (car answers) 'refused)
                           (loop (cdr rows) (cdr answers)
                                 (if (memq (row-id (car rows)) ids)
                                     ids
                                     (cons (row-id (car rows)) ids))))
                          (else
                           (loop (cdr rows) (cdr answers)
                                 (keep (lambda (id) (not (eq? id (row-id (car rows))))) ids)))))))
        (if (not (equal? now before))
            (%item-put! store 'replica-refused peer (if known (item-version known) 0) 0 now))))

    ;; An answer is (at answer ...), for each flow of the question a number, `promoted`, or
    ;; `refused`: the peer has another flow of that id, or takes no copies; or, see copies.sld,
    ;; as what a flow has ended there. Whether it was one.
    (define (take-answer! store peer rows answer)
      (and (pair? answer) (eq? (car answer) 'at) (= (length (cdr answer)) (length rows))
           (let ((places (map (lambda (row at) (if (pair? at) (judged store row at) at))
                              rows (cdr answer))))
             (note-refused! store peer rows places)
             (for-each
              (lambda (row at)
                (if (eq? at 'promoted) (give-up! store peer row))
                (note-at! store peer row (if (exact-integer? at) at (row-length row))))
              rows places)
             #t)))

    ;; What has ended there is complete when ours has ended as the same; it may have meanwhile.
    (define (judged store row ended)
      (define (the-same? row) (equal? ended (ended-as row)))
      (if (or (the-same? row)
              (let ((now (%flow-history store (row-id row) 'row)))
                (or (not now) (the-same? (row-of now)))))
          'complete
          'refused))

    (define most-flows 200)
    (define most-bytes 1000000)

    ;; Whether the peer has all of it then.
    (define (send-all! store peer rows)
      (let next ((rows (keep (lambda (row) (lacks? store peer row)) rows)))
        (or (null? rows)
            (let* ((some (first-of most-flows rows))
                   (unknown (keep (lambda (row) (not (at-peer store peer row))) some)))
              (and (or (null? unknown)
                       (take-answer! store peer unknown
                                     (tell peer store (list 'where (map row-id unknown)))))
                   (send-some! store peer
                               (keep (lambda (row) (lacks? store peer row)) some))
                   (next (keep (lambda (row) (lacks? store peer row)) rows)))))))

    (define (first-of n list)
      (if (or (= n 0) (null? list)) '() (cons (car list) (first-of (- n 1) (cdr list)))))

    (define (tell peer store body)
      (let ((answer (exchange store peer 'flow '- "copies" 0 body)))
        (if (and (pair? answer) (eq? (car answer) 'refused))
            (list 'refused)
            answer)))

    ;; Several in one message, as long as they are short. Progress is that one was taken.
    (define (send-some! store peer rows)
      (let gather ((rest rows) (size 0) (taken '()) (texts '()))
        (if (and (pair? rest) (< size most-bytes))
            (let ((text (%flow-export-part store (row-id (car rest))
                                           (at-peer store peer (car rest)) most-bytes)))
              (gather (cdr rest) (+ size (string-length text)) (cons (car rest) taken)
                      (cons text texts)))
            (or (null? taken)
                (take-answer! store peer (reverse taken)
                              (tell peer store (list 'copies (map row-id (reverse taken))
                                                     (reverse texts))))))))

    (define (give-up! store peer row)
      (if (not (closed? (row-status row)))
          (become-old-place! store (row-id row) peer "promoted its copy")))))

;; Guests: flows that peers delegated to us, and what their old place may ask; see
;; delegation.sld.
;;
;; A flow that comes is kept as a copy first, which nobody runs; then we note where it comes
;; from; then it becomes one that runs, in a generation of epochs of its own. A shipment that
;; comes again finds it so. Each generation is of one place, so what the old one may still
;; write or send is of a lower epoch.
(define-library (fermata flow guests)
  (export tell-old-places! guests)
  (import (scheme base)
          (only (fermata sched) current-scheduler)
          (fermata flow builtins) (fermata flow items) (fermata flow journals)
          (fermata flow looks) (fermata flow moving)
          (fermata flow run) (fermata flow arguments)
          (fermata flow history) (fermata flow live) (fermata flow parents)
          (fermata flow elsewhere) (fermata flow peers) (fermata flow remote)
          (fermata flow tools) (fermata flow copies) (fermata flow delegation))
  (begin

    (set-handler! 'flow
      (lambda (home letter)
        (let ((body (letter-body letter)) (store (home-store home))
              (sender (letter-sender letter)) (id (letter-flow letter))
              (epoch (letter-epoch letter)))
          (define (is? tag size)
            (and (list? body) (= (length body) size) (eq? (car body) tag)))
          (cond ((and (is? 'take 3) (string? (cadr body)) (names? (list-ref body 2)))
                 (take-over home sender id epoch (cadr body) (list-ref body 2)))
                ((is? 'give-back 1) (if (holds? store sender id epoch) '(taken) '(not-here)))
                ((is? 'mail 2) (take-mail store sender id (cadr body)))
                ((is? 'state 1) (state-of store sender id))
                ((is? 'ended 1) (forward-soon! store id) '(known))
                ((is? 'recalled 1) (give-up-recalled! store sender id epoch))
                ((is? 'promoted 1) (give-up-promoted! store sender id epoch))
                ((and (is? 'where 2) (names? (cadr body)))
                 (take-copies home sender (cadr body) (map (lambda (id) #f) (cadr body))))
                ((and (is? 'copies 3) (names? (cadr body)) (texts? (list-ref body 2))
                      (= (length (cadr body)) (length (list-ref body 2))))
                 (take-copies home sender (cadr body) (list-ref body 2)))
                (else '(refused malformed))))))

    (define (names? obj) (and (pair? obj) ((list-of symbol?) obj)))
    (define texts? (list-of string?))

    (define (row-here store id)
      (let ((known (%flow-history store id 'row))) (and known (row-of known))))

    ;; ---- taking over

    ;; Whether we have, or had, what was shipped under that epoch.
    (define (holds? store sender id epoch)
      (let ((guest (%item store 'guest id)) (row (row-here store id))
            (shipped (%flow-generation epoch)))
        (and guest
             (eq? (guest-asker guest) sender)
             (> (guest-generation guest) shipped)
             (or (not row)   ; it has ended, and was purged
                 (and (not (eq? (row-status row) 'copy))
                      (> (%flow-generation (row-epoch row)) shipped))))))

    (define (take-over home sender id epoch text path)
      (let ((store (home-store home)) (trust ((home-takes? home) sender)))
        (cond ((holds? store sender id epoch) '(taken))
              ((not trust) '(refused not-allowed))
              ((not (or (eq? trust 'any) (has-program? store text)))
               '(refused program-not-known))
              ((%flow-exported-foreign-secret? text) '(refused secret-of-another))
              ((unfit text sender id) => (lambda (why) (list 'refused why)))
              (else
               (let* ((row (row-here store id))
                      (taken (or (and row (eq? (row-status row) 'copy)
                                      (eq? (place-elsewhere row) sender)
                                      (= (row-epoch row) epoch)
                                      id)
                                 (%flow-take-copy store text sender))))
                 (if (not (eq? taken id))
                     '(refused not-taken)
                     (begin
                       (note-guest! store id epoch (last-of path)
                                    (if (and row (eq? (row-status row) 'delegated)
                                             (not (%item store 'guest id)))
                                        '()   ; it began here
                                        (before (home-name home) path)))
                       (if (%flow-promote! store id epoch) '(taken) '(busy 1)))))))))

    (define (has-program? store text)
      (let ((hash (%flow-exported-program text)))
        (and hash
             (or (string=? hash "-")   ; then it goes on with ours of that name, if there is one
                 (string=? hash (program-here store))
                 (%flow-program-kept? store hash)))))

    ;; Why what was sent would not go on here, or #f: not-taken, it is no flow of that id, or
    ;; does-not-replay, its program lacks something or what it says cannot be read. Tried in a
    ;; store of its own: what is here of the flow stays as it is.
    (define (unfit text sender id)
      (let* ((store (%flow-store "memory:"))
             (why (cond ((not (eq? (%flow-take-copy store text sender) id)) 'not-taken)
                        ((diverges? store id) 'does-not-replay)
                        (else #f))))
        (%flow-close-store! store)
        why))

    (define (diverges? store id)
      (guard (raised (#t #t))
        (parameterize ((current-flow-store store))
          (flow/divergence id (car (node-of store (history store id)))))))

    ;; Who comes back is at home again, or a guest of whom it was before.
    (define (note-guest! store id epoch asker path)
      (let ((known (%item store 'guest id)))
        (%item-put! store 'guest id (if known (item-version known) 0) 0
                    (list path asker (+ 1 (%flow-generation epoch))))))

    (define (before name path)
      (cond ((null? path) '())
            ((eq? (car path) name) '())
            (else (cons (car path) (before name (cdr path))))))

    ;; ---- what the old place sends and asks

    (define (partner? store sender id)
      (let ((guest (%item store 'guest id)) (recalled (%item store 'recalled id)))
        (or (and recalled (eq? (car (item-value recalled)) sender))
            (and guest
                 (or (eq? (guest-asker guest) sender)
                     (and (memq sender (guest-path store id)) #t))))))

    (define (take-mail store sender id letters)
      (cond ((not (partner? store sender id)) '(refused not-asked))
            ((not (list? letters)) '(refused malformed))
            (else
             (for-each (lambda (letter) (take-letter store id letter)) letters)
             (forward-soon! store id)
             ((afterwards) (lambda () (wake-flow store id)))
             '(known))))

    ;; letter: (message kind strand ordinal name value). One that came before, or that the
    ;; flow does not take any more, changes nothing.
    (define (take-letter store id letter)
      (if (and (list? letter) (= (length letter) 6)
               (memq (cadr letter) '(answer signal cancel update)))
          (guard (raised ((flow-error? raised) #f))
            (%flow-deliver! store id (cadr letter) (list-ref letter 0) (list-ref letter 2)
                            (list-ref letter 3) (list-ref letter 4) (list-ref letter 5)))))

    (define (state-of store sender id)
      (let ((known (%flow-history store id 'outline)))
        (cond ((not (partner? store sender id)) '(unknown))
              ((not known) '(unknown))
              (else
               (let ((value (lambda () (record-value (last-of (cdr known))))))
                 (case (row-status (row-of known))
                   ((finished) (list 'returned (value)))
                   ((failed) (list 'raised (value)))
                   ((cancelled) (list 'cancelled (value)))
                   (else '(open))))))))

    ;; The ids of the flows of peers of which something is kept.
    (define (guests store) (map item-id (%items store 'guest 0)))

    ;; ---- telling the old place

    ;; That the flow has ended: a hint, as the old place asks by itself too. That a copy was
    ;; promoted: until it has heard of it.
    (define (tell-old-places! store)
      (for-each
       (lambda (item)
         (in-background! store item
           (lambda (store item)
             (let* ((id (item-id item)) (path (guest-path store id)))
               (define (tell peer epoch body)
                 (exchange store peer 'flow id (symbol->string id) epoch body))
               (define (look-again! due)
                 (%item-put! store 'guest id (item-version item) due (item-value item)))
               (if (pair? path)
                   (begin (tell (last-of path) 0 '(ended)) (look-again! 0))
                   (let ((row (row-here store id)))
                     (if (or (not row) (eq? (row-status row) 'copy)
                             (equal? (tell (guest-asker item) (row-epoch row) '(promoted))
                                     '(known)))
                         (look-again! 0)
                         (look-again! (+ (%flow-now (current-scheduler)) 10000)))))))))
       (%items store 'guest (%flow-now (current-scheduler)))))

    ;; A peer that keeps copies for us has promoted one: the flow is its now.
    (define (give-up-promoted! store sender id epoch)
      (let ((row (row-here store id)))
        (cond ((not (%item store 'replica sender)) '(refused not-asked))
              ((or (not row) (closed? (row-status row)) (elsewhere? row)) '(known))
              ((<= (%flow-generation epoch) (%flow-generation (row-epoch row)))
               '(refused old-epoch))
              (else
               (become-old-place! store id sender "promoted its copy")
               '(known)))))

    ;; Who delegated it to us has taken it back. The gate takes nothing from there any more that
    ;; was sent before.
    (define (give-up-recalled! store sender id epoch)
      (let ((row (row-here store id)))
        (cond ((or (not row) (closed? (row-status row)) (elsewhere? row)
                   (not (partner? store sender id)))
               '(known))
              ((<= (%flow-generation epoch) (%flow-generation (row-epoch row)))
               '(refused old-epoch))
              (else
               (become-old-place! store id sender "taken it back")
               '(known)))))))

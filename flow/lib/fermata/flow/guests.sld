;; Guests: flows that peers delegated to us, and what their old place may ask; see
;; delegation.sld.
;;
;; A flow that comes is kept as a copy first, which nobody runs; then we note where it comes
;; from; then it becomes one that runs, in a generation of epochs of its own. A shipment that
;; comes again finds it so. Each generation is of one place, so what the old one may still
;; write or send is of a lower epoch.
(define-library (fermata flow guests)
  (export tell-old-places!)
  (import (scheme base)
          (only (fermata sched) current-scheduler)
          (fermata flow builtins) (fermata flow items) (fermata flow journals)
          (fermata flow looks) (fermata flow moving)
          (fermata flow run) (fermata flow raised) (fermata flow nodes)
          (fermata flow history) (fermata flow live) (fermata flow parents)
          (fermata flow elsewhere) (fermata flow peers) (fermata flow remote)
          (fermata flow tools))
  (begin

    (set-handler! 'flow
      (lambda (home letter)
        (let ((body (letter-body letter)) (store (home-store home))
              (sender (letter-sender letter)) (id (letter-flow letter))
              (epoch (letter-epoch letter)))
          (define (is? tag length)
            (and (list? body) (= (length-of body) length) (eq? (car body) tag)))
          (cond ((and (is? 'take 3) (string? (cadr body)) (names? (list-ref body 2)))
                 (take-over home sender id epoch (cadr body) (list-ref body 2)))
                ((is? 'give-back 1) (if (holds? store sender id epoch) '(taken) '(not-here)))
                ((is? 'mail 2) (take-mail store sender id (cadr body)))
                ((is? 'state 1) (state-of store sender id))
                ((is? 'ended 1) (forward-soon! store id) '(known))
                (else '(refused malformed))))))

    (define (length-of list) (length list))
    (define (names? obj)
      (and (list? obj) (pair? obj)
           (let loop ((rest obj)) (or (null? rest) (and (symbol? (car rest)) (loop (cdr rest)))))))

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
              (else
               (let* ((row (row-here store id))
                      (taken (or (and row (eq? (row-status row) 'copy)
                                      (eq? (place-elsewhere row) sender)
                                      (= (row-epoch row) epoch)
                                      id)
                                 (%flow-take-copy store text sender))))
                 (cond ((not (eq? taken id)) '(refused not-taken))
                       ((unfit store id)
                        (%flow-drop-copy! store id)
                        '(refused does-not-replay))
                       (else
                        (note-guest! store home id epoch path)
                        (if (%flow-promote! store id epoch) '(taken) '(busy 1)))))))))

    (define (has-program? store text)
      (let ((hash (%flow-exported-program text)))
        (and hash
             (or (string=? hash "-")   ; then it goes on with ours of that name, if there is one
                 (string=? hash (program-here store))
                 (%flow-program-kept? store hash)))))

    ;; Why a flow would not go on here, or #f: its program lacks something, or what it says
    ;; cannot be read.
    (define (unfit store id)
      (guard (raised (#t raised))
        (parameterize ((current-flow-store store))
          (flow/divergence id (car (node-of store (history store id)))))))

    ;; Who comes back is at home again, or a guest of whom it was before.
    (define (note-guest! store home id epoch path)
      (let ((known (%item store 'guest id)))
        (%item-put! store 'guest id (if known (item-version known) 0) 0
                    (list (before (home-name home) path) (last-of path)
                          (+ 1 (%flow-generation epoch))))))

    (define (before name path)
      (cond ((null? path) '())
            ((eq? (car path) name) '())
            (else (cons (car path) (before name (cdr path))))))

    ;; ---- what the old place sends and asks

    (define (partner? store sender id)
      (let ((guest (%item store 'guest id)))
        (and guest
             (or (eq? (guest-asker guest) sender)
                 (and (memq sender (guest-path store id)) #t)))))

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

    ;; ---- telling the old place that it has ended

    ;; A hint: the old place asks by itself too.
    (define (tell-old-places! store)
      (for-each
       (lambda (item)
         (in-background! store item
           (lambda (store item)
             (let ((path (guest-path store (item-id item))))
               (if (pair? path)
                   (exchange store (last-of path) 'flow (item-id item)
                             (symbol->string (item-id item)) 0 '(ended))))
             (%item-put! store 'guest (item-id item) (item-version item) 0 (item-value item)))))
       (%items store 'guest (%flow-now (current-scheduler)))))))

;; Delegation: a flow goes on at a peer, which shares no database with us.
;;
;; What is to happen is kept first, as an item of the store, and done by whoever looks
;; after the store, so either side may be killed at any time and any message may be lost
;; or come twice:
;;   wanted     until the flow waits and nobody runs it. Then its row says `delegated`;
;;              from there on nobody here runs it, and its epoch fences whoever did.
;;   shipping   its history is sent until the peer says that it has the flow.
;;   returning  the peer refused it. It is ours again once it is certain that the peer does
;;              not have it and will not: the peer has seen a later epoch, or what was sent
;;              has expired.
;;   there      what comes for it is sent on, and its end is asked for until it is there.
;;   over       it may not leave.
;; The peer's side is guests.sld.
(define-library (fermata flow delegation)
  (export flow/delegate flow/recall send-delegations! tell-recalled! become-old-place!)
  (import (scheme base)
          (only (fermata sched) current-scheduler)
          (fermata flow builtins) (fermata flow items) (fermata flow journals)
          (fermata flow asking) (fermata flow looks) (fermata flow moving)
          (fermata flow run) (fermata flow arguments) (fermata flow engine)
          (fermata flow history) (fermata flow live) (fermata flow program)
          (fermata flow parents) (fermata flow elsewhere) (fermata flow peers)
          (fermata flow remote) (fermata flow forwarding))
  (begin

    ;;> (flow/delegate id peer)
    ;;> Lets a peer go on with a flow, from where it waits: its history and its program go
    ;;> there. Here it stays as `delegated`; signals, answers and a cancellation are sent on,
    ;;> and its end comes back. delegated when the peer has it; delegating when that is not
    ;;> known yet: flow/work goes on with it. An error when the peer refuses it; then it is
    ;;> ours as before. It must not wait for a child or for the answer of another peer.
    (define (flow/delegate id peer)
      (not-while-rebuilding)
      (check-name "flow/delegate" "name of the peer" peer)
      (if (in-flow?) (refuse "flow/delegate: a flow may not delegate; do it in a step"))
      (let* ((id (as-id id)) (store (current-store)) (known (outline store id)))
        (check-movable store (row-of known) (cdr known) peer)
        (want! store id peer)
        (let again ()
          (let* ((item (%item store 'delegation id)) (next (and item (act! store item))))
            (cond ((and next (eqv? (car next) 0)) (again))
                  (next (if (eq? (state-of (cdr next)) 'there) 'delegated 'delegating))
                  ((and item (refusal-of (item-value item)))
                   => (lambda (why) (refuse peer " does not take " id ": " why)))
                  (else (row-status (row-of (glance store id)))))))))

    (define (check-movable store row records peer)
      (cond ((closed? (row-status row)) (refuse (row-id row) " is " (row-status row)))
            ((and (elsewhere? row)
                  (not (and (eq? (row-status row) 'delegated)
                            (eq? (place-elsewhere row) peer))))
             (refuse-elsewhere row))
            ((eq? (row-status row) 'queued)
             (refuse (row-id row) " waits in the queue " (row-queue row) "; it has not begun"))
            ((other-awaited store (row-id row) records)
             => (lambda (name)
                  (refuse (row-id row) " waits for the end of " name
                          ", which would not find it at " peer)))
            ((not (known-peer? peer)) (refuse "no peer is called " peer))))

    ;; What a flow waits for that is no person, signal or time: a child or another peer would
    ;; be asked again from the new place, as by somebody else. Its name, or #f.
    (define (other-awaited store id records)
      (let loop ((waits (open-waits records)))
        (and (pair? waits)
             (let* ((wait (car waits)) (ordinal (number->string (record-ordinal wait)))
                    (place (string-append (symbol->string id) "/" (record-strand wait))))
               (if (or (%item store 'remote-call
                              (string->symbol (string-append place "#" ordinal)))
                       (%flow-history store (string->symbol (string-append place "-" ordinal))
                                      'row))
                   (record-name wait)
                   (loop (cdr waits)))))))

    ;; ---- what is kept

    ;; sent: when something last left for the peer, in milliseconds, or 0; doubt?: whether
    ;; there was no answer to something that may have arrived; tries: since it came to its
    ;; state; refusal: #f, or why the peer does not take it.
    (define (delegation peer state sent doubt? tries refusal)
      (vector peer state sent doubt? tries refusal))
    (define (peer-of d) (vector-ref d 0))
    (define (state-of d) (vector-ref d 1))
    (define (sent-of d) (vector-ref d 2))
    (define (doubt-of d) (vector-ref d 3))
    (define (tries-of d) (vector-ref d 4))
    (define (refusal-of d) (vector-ref d 5))
    (define (in-state d state)
      (delegation (peer-of d) state (sent-of d) (doubt-of d) 0 (refusal-of d)))
    (define (tried d)
      (delegation (peer-of d) (state-of d) (sent-of d) (doubt-of d) (+ 1 (tries-of d))
                  (refusal-of d)))
    (define (now) (%flow-now (current-scheduler)))

    (define (want! store id peer)
      (let ((known (%item store 'delegation id)))
        (if (not (and known (memq (state-of (item-value known)) '(shipping there))))
            (%item-put! store 'delegation id (if known (item-version known) 0) (now)
                        (delegation peer 'wanted 0 #f 0 #f)))))

    ;; Acts on the delegations that are due, each in a task of its own.
    (define (send-delegations! store)
      (for-each (lambda (item)
                  (in-background! store item
                    (lambda (store item)
                      (let again ((item item))
                        (let ((next (and item (act! store item))))
                          (if (and next (eqv? (car next) 0))
                              (again (%item store 'delegation (item-id item)))))))))
                (%items store 'delegation (now))))

    ;; Does what is next; a pair of the seconds until it is to be looked at again, and what is
    ;; kept then. #f when it is over, or others act. They leave it alone for ten seconds; who dies
    ;; meanwhile leaves it in doubt.
    (define (act! store item)
      (let* ((id (item-id item)) (d (item-value item)) (version (item-version item))
             (sends? (memq (state-of d) '(shipping returning)))
             (held (if sends?
                       (delegation (peer-of d) (state-of d) (now) #t (tries-of d)
                                   (refusal-of d))
                       d)))
        (and (%item-put! store 'delegation id version (+ (now) 10000) held)
             (let ((next (next-of store id d)))
               (if next
                   (%item-put! store 'delegation id (+ version 1)
                               (+ (now) (* 1000 (car next))) (cdr next))
                   (%item-drop! store 'delegation id))
               next))))

    (define (next-of store id d)
      (let* ((known (%flow-history store id 'outline))
             (status (and known (row-status (row-of known)))))
        (cond ((or (not known) (closed? status) (eq? (state-of d) 'over)) #f)
              ((eq? (state-of d) 'wanted) (take-away store id known d))
              ((not (eq? status 'delegated)) #f)
              (else
               (case (state-of d)
                 ((shipping) (ship store id (row-of known) d))
                 ((returning) (call-back store id d))
                 (else (look-after store id (row-of known) d)))))))

    (define (soon d) (min 60 (expt 2 (min 6 (tries-of d)))))
    (define (again-later d) (cons (soon d) (tried d)))

    ;; ---- taking it from here

    (define (take-away store id known d)
      (let ((status (row-status (row-of known))))
        (cond ((eq? status 'delegated) (cons 0 (in-state d 'shipping)))
              ((not (and (memq status '(suspended stuck))
                         (not (other-awaited store id (cdr known)))))
               (again-later d))
              (else
               (let ((journal (%flow-claim store id)))
                 (if (not journal)
                     (again-later d)
                     (let ((hindrance (hindrance-to-leave store journal known)))
                       (cond ((not hindrance)
                              (%flow-settle! journal 'delegated (symbol->string (peer-of d)) 0)
                              (cons 0 (in-state d 'shipping)))
                             (else
                              (%flow-put-down! journal #f)
                              (if (eq? hindrance 'secret)
                                  (cons 0 (delegation (peer-of d) 'over 0 #f 0 unread-secret))
                                  (again-later d)))))))))))

    (define unread-secret "an unread message holds a secret, which it could not read")

    ;; #f; or `grown`, when it went on meanwhile; or what lies unread in its inbox: the `end` of a
    ;; call or of a child, as what was known of it beside the flow may be gone, and at the peer it
    ;; would be called again before the letter comes; a `secret`, as the peer has not our key.
    (define (hindrance-to-leave store journal known)
      (if (= (%flow-length journal) (row-length (row-of known)))
          (%flow-hindrance-in-inbox store (row-id (row-of known)))
          'grown))

    ;; The flow is ours whatever its row says; under a new epoch, the same state.
    (define (claimed store id) (%flow-claim store id 'any))
    (define (put-back! journal d note)
      (%flow-settle! journal 'delegated (symbol->string (peer-of d)) 0 note))

    ;; ---- taking it back without the peer's leave

    ;;> (flow/recall id)
    ;;> Takes back a flow that was delegated, from where it was when it left: for when somebody
    ;;> has decided that the peer will never answer. The name of that peer. What the peer did
    ;;> is not here, and is done again; letters that it has read are gone. As soon as the peer
    ;;> can be reached it is told, stops, and takes nothing that was sent before. Until then
    ;;> both may act.
    (define (flow/recall id)
      (not-while-rebuilding)
      (if (in-flow?) (refuse "flow/recall: a flow may not do that; do it in a step"))
      (let* ((id (as-id id)) (store (current-store)) (row (row-of (glance store id)))
             (wanted (%item store 'delegation id)) (known (%item store 'recalled id)))
        (cond ((eq? (row-status row) 'delegated)
               (let ((peer (place-elsewhere row)))
                 (%item-put! store 'recalled id (if known (item-version known) 0) 1 (list peer))
                 (if (not (%flow-recall! store id (row-epoch row)))
                     (refuse id " has changed meanwhile; try again"))
                 (%item-drop! store 'delegation id)
                 peer))
              ((and wanted (eq? (state-of (item-value wanted)) 'wanted))
               (%item-drop! store 'delegation id)   ; it has not left
               (peer-of (item-value wanted)))
              (else (refuse id " is " (row-status row) ", not delegated")))))

    ;; Until the peer has heard of it.
    (define (tell-recalled! store)
      (for-each
       (lambda (item)
         (in-background! store item
           (lambda (store item)
             (let* ((id (item-id item)) (known (%flow-history store id 'row))
                    (told? (or (not known) (elsewhere? (row-of known))
                               (equal? (exchange store (car (item-value item)) 'flow id
                                                 (symbol->string id)
                                                 (row-epoch (row-of known)) '(recalled))
                                       '(known)))))
               (%item-put! store 'recalled id (item-version item)
                           (if told? 0 (+ (now) 10000)) (item-value item))))))
       (%items store 'recalled (now))))

    ;; The flow is the peer's by now: whoever runs it here is fenced, and what was recorded
    ;; since is kept, and told of, and not sent. what: what the peer has done.
    (define (become-old-place! store id peer what)
      (let ((known (%item store 'delegation id)) (d (delegation peer 'there 0 #f 0 #f)))
        (%item-put! store 'delegation id (if known (item-version known) 0) (now) d)
        (put-back! (claimed store id) d
                   (string-append
                    (symbol->string peer) " has " what "; what was recorded here"
                    " after that is here alone"))))

    ;; ---- sending it

    (define (say-there store id row d body)
      (exchange store (peer-of d) 'flow id (symbol->string id) (row-epoch row) body))

    (define (refused? answer) (and (pair? answer) (eq? (car answer) 'refused)))

    (define (ship store id row d)
      (let ((answer (say-there store id row d
                         (list 'take (%flow-export store id)
                               (append (guest-path store id)
                                       (list (home-name (home-of store))))))))
        (define (left doubt? state refusal)
          (delegation (peer-of d) state (now) doubt? (+ 1 (tries-of d)) refusal))
        (cond ((equal? answer '(taken)) (cons 1 (in-state d 'there)))
              ((eq? answer 'unreachable) (again-later d))
              ((equal? answer '(refused too-large))   ; it did not leave
               (cons 0 (delegation (peer-of d) 'returning (sent-of d) (doubt-of d) 0
                                   'too-large)))
              ((and (refused? answer) (not (memq (cadr answer) '(replayed old-epoch))))
               (cons 0 (left (doubt-of d) 'returning (cadr answer))))
              ((pair? answer) (cons (soon d) (left (doubt-of d) 'shipping #f)))
              (else (cons (soon d) (left #t 'shipping #f))))))

    ;; How long an envelope may still be taken for good: its life and what clocks may differ.
    (define validity 180000)

    (define (call-back store id d)
      (if (= (sent-of d) 0)
          (take-back store id)
          (let ((journal (claimed store id)))
            (put-back! journal d "")
            (let ((answer (say-there store id (row-of (glance store id)) d '(give-back))))
              (cond ((equal? answer '(not-here)) (take-back store id))
                    ((equal? answer '(taken)) (cons 1 (in-state d 'there)))
                    ;; It does not listen to us. Then nothing that we sent was taken, unless
                    ;; there was something without an answer.
                    ((and (refused? answer) (not (doubt-of d))
                          (> (now) (+ (sent-of d) validity)))
                     (take-back store id))
                    (else (again-later d)))))))

    (define (take-back store id)
      (%flow-put-down! (claimed store id) #f)
      #f)

    ;; ---- while it is there

    (define (look-after store id row d)
      (define (say body) (say-there store id row d body))
      (let* ((outcome (send-letters store id
                                    (lambda (letters)
                                      (say (list 'mail (map (lambda (letter) (as-sent row letter))
                                                            letters))))))
             (answer (car outcome)) (letters (cadr outcome))
             (note (note-with (row-note row) (list-ref outcome 2)))
             (known? (equal? answer '(known))))
        (if (or known? (not (string=? note (row-note row))))
            (let ((journal (claimed store id)))
              (if known?
                  (for-each (lambda (letter) (%flow-consume! journal (vector-ref letter 0)))
                            letters))
              (put-back! journal d note)))
        (cond (known? (cons 0 (in-state d 'there)))
              (answer (again-later d))
              (else
               (let ((answer (say '(state))))
                 (cond ((and (pair? answer) (memq (car answer) '(returned raised cancelled)))
                        (conclude! store id (car answer) (cadr answer)))
                       ((equal? answer '(refused answer-too-large))
                        (conclude! store id 'raised (end-too-large (peer-of d))))
                       (else (again-later d))))))))

    ;; It has ended, and nothing but a person can fetch how.
    (define (end-too-large peer)
      (list 'condition 'flow-error
            (string-append "its end, at " (symbol->string peer)
                           ", is larger than a message between peers may be")
            '()))

    ;; What is said of the flow, and why letters stay.
    (define (note-with note why)
      (define (said-before? from)
        (let ((to (+ from (string-length why))))
          (and (<= to (string-length note))
               (or (string=? why (substring note from to)) (said-before? (+ from 1))))))
      (cond ((said-before? 0) note)
            ((string=? note "") why)
            (else (string-append note "; " why))))

    ;; A letter may come back with its flow before it was read. The inbox knows its id then, as
    ;; of one that was sent on; so each hop but the first, which keeps the ids that people
    ;; chose, adds its generation.
    (define (as-sent row letter)
      (let ((letter (vector->list letter)) (hop (%flow-generation (row-epoch row))))
        (if (= hop 0)
            letter
            (cons (string-append (car letter) " @" (number->string hop)) (cdr letter)))))

    ;; Its end there is its end here.
    (define (conclude! store id how value)
      (let* ((journal (claimed store id))
             (status (cdr (assq how '((returned . finished) (raised . failed)
                                      (cancelled . cancelled)))))
             (parent (%flow-parent journal)))
        (tell-parent journal how value)
        (%flow-record! journal status "0" 0 (%flow-name journal) 0 value)
        (%flow-settle! journal status "" 0)
        (if (and parent (not (remote-parent? parent)))
            (wake-flow store (car parent)))
        #f))))

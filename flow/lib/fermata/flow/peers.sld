;; Peers: who this process is to them, how they are reached, and what is sent.
;;
;; A home is who we are for the flows of one store: a name and a key. A peer is
;; somebody whom a home sends envelopes to, by a transport: a procedure of bytes
;; that gives the bytes of the answer, or says why there are none: unreachable
;; (they never left), lost (nobody knows whether they came), (refused WHY), or
;; (busy SECONDS). A home takes envelopes in by take-in, whoever brought them.
(define-library (fermata flow peers)
  (export home-of home-named make-home! home-name home-store home-key home-know!
          home-nodes set-home-nodes! home-allows? set-home-allows?! home-takes? set-home-takes?! home-keeps? set-home-keeps?! home-tls set-home-tls!
          set-configure!
          reach-home! add-peer! drop-peer! known-peer? peer-name-of
          exchange take-in set-handler! afterwards
          letter-sender letter-flow letter-key letter-epoch letter-body)
  (import (scheme base)
          (fermata table)
          (only (fermata condition) condition?)
          (only (fermata sched) current-scheduler task-spawn)
          (fermata flow builtins) (fermata flow looks) (fermata flow envelopes)
          (fermata flow run) (fermata flow raised)
          (only (fermata flow history) current-flow-store))
  (begin

    ;; ---- who we are

    (define-record-type <home>
      (%make-home number name store nodes allows? takes? keeps? tls)
      home?
      (number home-number)
      (name home-name)
      (store home-store)
      (nodes home-nodes set-home-nodes!)            ; of a name: its node, or #f
      (allows? home-allows? set-home-allows?!)      ; of a sender and the name of a node
      ;; Of a sender: whose flows we go on with: any, known (of programs that the store has) or #f.
      (takes? home-takes? set-home-takes?!)
      (keeps? home-keeps? set-home-keeps?!)         ; of a sender: whether we keep its copies
      (tls home-tls set-home-tls!))                 ; #f, or the names of three files

    (define homes '())   ; the newest first

    ;; seed: the digits of its secret key, or "" for a new one.
    (define (make-home! store name seed)
      (let ((home (%make-home (%home-make store (symbol->string name) seed) name store
                              (lambda (name) #f) (lambda (sender name) #t) (lambda (sender) 'any)
                              (lambda (sender) #t) #f)))
        (set! homes (cons home homes))
        home))

    (define (find-home good?)
      (let loop ((rest homes))
        (cond ((null? rest) #f)
              ((good? (car rest)) (car rest))
              (else (loop (cdr rest))))))
    (define (home-named name) (find-home (lambda (home) (eq? (home-name home) name))))

    ;; A store that was given none has one that only peers of this process know. Its name
    ;; is that of the store; another process on it has the same.
    (define (home-of store)
      (configure-once!)
      (or (find-home (lambda (home) (eqv? (home-store home) store)))
          (let ((url (%flow-store-url store)))
            (make-home! store
                        (string->symbol
                         (string-append "local-"
                                        (if (string=? url "memory:")
                                            (substring (%peer-seed) 0 12)
                                            (number->string (%flow-hash url)))))
                        ""))))

    ;; Reads what the process was given to know, before it is first asked for.
    (define configure '())   ; the procedure that does it, in a list, until it has
    (define (set-configure! procedure) (set! configure (list procedure)))
    (define (configure-once!)
      (let ((first configure))
        (set! configure '())
        (for-each (lambda (procedure) (procedure)) first)))

    (define (home-key home) (%home-key (home-number home)))
    (define (home-know! home sender key)
      (if (not (%home-know! (home-number home) (symbol->string sender) key))
          (refuse "the peer " sender " has a name of letters, digits, `.`, `_` and `-`, and a"
                  " key of 64 hexadecimal digits")))

    ;; ---- whom we know

    ;; home: of a peer in this process, which gets to know whoever calls it; else #f.
    (define-record-type <peer> (make-peer name transport home) peer?
      (name peer-name)
      (transport peer-transport)
      (home peer-home))

    (define peers (make-equal-hash-table))   ; by address, as text

    (define (address-text address)
      (if (symbol? address) (symbol->string address) address))
    (define (find-peer address) (hash-table-ref/default peers (address-text address) #f))
    (define (known-peer? address)
      (configure-once!)
      (and (or (find-peer address) (home-named address)) #t))
    (define (peer-name-of address)
      (let ((peer (find-peer address))) (and peer (peer-name peer))))

    (define (add-peer! address name transport home)
      (hash-table-set! peers (address-text address) (make-peer name transport home)))
    (define (drop-peer! address) (hash-table-delete! peers (address-text address)))

    ;; ---- sending

    (define life 60000)   ; milliseconds that an envelope is good for

    (define (now) (%flow-now (current-scheduler)))

    ;; What a peer answers to a body: a list, or as a transport says it.
    (define (exchange store address content flow key epoch body)
      (let ((home (home-of store)) (peer (find-peer address)))
        (if (not peer)
            (if (home-named address)
                (begin (reach-home! (home-named address) #f) (exchange store address content flow key epoch body))
                'unreachable)
            (let* ((sealed (begin
                             (if (peer-home peer) (meet! home (peer-home peer)))
                             (%envelope-seal (home-number home)
                                             (vector content (peer-name peer) #f flow key epoch
                                                     life)
                                             body (now))))
                   (answer (if (eq? sealed 'too-large)
                               '(refused too-large)
                               ((peer-transport peer) (car sealed)))))
              (if (bytevector? answer)
                  (opened home peer (cdr sealed) answer)
                  answer)))))

    ;; Whoever answers must be the one that was asked, and mean this question.
    (define (opened home peer message bytes)
      (let ((letter (%envelope-open (home-number home) bytes (now))))
        (if (and (vector? letter)
                 (eq? (vector-ref letter 0) 'result)
                 (eq? (letter-sender letter) (peer-name peer))
                 (equal? (vector-ref letter 3) message)
                 (pair? (letter-body letter)))
            (letter-body letter)
            'lost)))

    ;; Two homes of one process trust each other.
    (define (meet! one other)
      (home-know! one (home-name other) (home-key other))
      (home-know! other (home-name one) (home-key one)))

    ;; wrap: #f, or a procedure of bytes and of what delivers them, which may lose them.
    (define (reach-home! home wrap)
      (define (deliver bytes)
        (let ((later '()))
          (define (keep thunk) (set! later (cons thunk later)))
          (parameterize ((current-flow-store (home-store home)))
            (let ((answer (parameterize ((afterwards keep)) (take-in home bytes))))
              (for-each (lambda (thunk) (thunk)) (reverse later))
              answer))))
      (add-peer! (home-name home) (home-name home)
                 (if wrap (lambda (bytes) (wrap bytes deliver)) deliver)
                 home))

    ;; ---- taking in

    (define (letter-sender letter) (vector-ref letter 1))
    (define (letter-flow letter) (vector-ref letter 4))
    (define (letter-key letter) (vector-ref letter 5))
    (define (letter-epoch letter) (vector-ref letter 6))
    (define (letter-body letter) (vector-ref letter 7))

    (define handlers '())   ; (content . procedure of a home and a letter) ...
    (define (set-handler! content handler)
      (set! handlers (cons (cons content handler) handlers)))

    ;; What is to be done once the answer is on its way gets a task of its own.
    (define afterwards (make-parameter (lambda (thunk) (task-spawn thunk))))

    ;; The bytes of the answer, or why there is none.
    (define (take-in home bytes)
      (let ((letter (%envelope-open (home-number home) bytes (now))))
        (cond ((memq letter '(busy store-failed)) '(busy 1))
              ((symbol? letter) (list 'refused letter))
              (else
               (let ((body (guard (raised ((transparent? raised) '(busy 1)))
                             ((cdr (assq (vector-ref letter 0) handlers)) home letter))))
                 (if (eq? (car body) 'busy)
                     body
                     (answered home letter body)))))))

    (define (answered home letter body)
      (let ((sealed (%envelope-seal
                     (home-number home)
                     (vector 'result (letter-sender letter) (vector-ref letter 2)
                             (letter-flow letter) (letter-key letter) 0 life)
                     body (now))))
        (if (eq? sealed 'too-large)
            (answered home letter '(refused answer-too-large))
            (car sealed))))))

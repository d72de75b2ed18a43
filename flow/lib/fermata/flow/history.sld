;; Flows as the store has them: which store, what a history says, and how a wait
;; is named. Nothing here runs a flow.
(define-library (fermata flow history)
  (export open-flow-store use-flow-store! current-flow-store current-store
          flow-store-url
          flow-suspended? flow-suspended-id flow-suspended-tag
          history outline heading recorded-since glance row-of row-id row-name row-status row-waiting row-owned? row-wake row-attempts row-length row-first row-epoch row-owner row-queue row-updated row-created row-note
          record-event record-strand record-ordinal record-name record-value record-at
          closed? open-waits all-waits without branch-names last-of as-id
          waits-named names-of flow-error?)
  (import (scheme base)
          (only (fermata condition) condition? condition-kind)
          (fermata flow builtins) (fermata flow journals) (fermata flow looks) (fermata flow arguments)
          (fermata flow run) (only (fermata flow raised) written))
  (begin

    ;; ---- stores

    ;;> (open-flow-store url)
    ;;> The store of that URL: "sqlite:PATH", "postgresql://...", whose tables
    ;;> `fermata store init` makes, or "memory:" for a new one that
    ;;> lasts as long as the process. Those opened as "memory:NAME" under one name
    ;;> have their flows in common, as two processes have those of a file.
    (define (open-flow-store url)
      (check-argument 'open-flow-store 1 string? "a string, the URL of a store" url)
      (%flow-store url))

    (define chosen-store #f)

    ;;> (use-flow-store! store)
    ;;> From now on flows are kept in that store, given by itself or by its URL.
    ;;> Until then, the one that --store or FERMATA_STORE names, or flows.sqlite
    ;;> in the user's state directory.
    (define (use-flow-store! store)
      (let ((store (if (string? store) (open-flow-store store) store)))
        (check-argument 'use-flow-store! 1 %flow-store? "a store or its URL" store)
        (%flow-choose-store! store)
        (set! chosen-store store)))

    ;;> (current-flow-store)
    ;;> A parameter: the store that flows are kept in within a parameterize.
    (define current-flow-store
      (make-parameter #f
                      (lambda (store)
                        (check-argument 'current-flow-store 1 (or-false %flow-store?)
                                        "a store, or #f" store)
                        store)))

    (define (current-store)
      (or (current-flow-store) chosen-store (%flow-store #f)))

    ;;> (flow-store-url)
    ;;> Where flows are kept now.
    (define (flow-store-url) (%flow-store-url (current-store)))

    ;; ---- what a suspended flow answers

    ;;> (flow-suspended? obj)
    ;;> Whether obj is (flow-suspended id tag), the answer of a flow that waits.
    (define (flow-suspended? obj)
      (and (list? obj) (= (length obj) 3) (eq? (car obj) 'flow-suspended)))

    ;;> (flow-suspended-id suspended)
    ;;> The id of the flow that waits.
    (define (flow-suspended-id suspended)
      (check-suspended 'flow-suspended-id suspended)
      (list-ref suspended 1))

    ;;> (flow-suspended-tag suspended)
    ;;> The tag it waits for; the first one when it waits for several.
    (define (flow-suspended-tag suspended)
      (check-suspended 'flow-suspended-tag suspended)
      (list-ref suspended 2))

    (define (check-suspended who obj)
      (check-argument who 1 flow-suspended? "what a flow that waits returned" obj))

    ;; ---- the state of a flow, read from its records

    (define (history store id)
      (found store id (%flow-history store id)))

    ;; Of its records only those that say how the flow stands.
    (define (outline store id)
      (found store id (%flow-history store id 'outline)))

    ;; Of its records only those that say by which program it goes on.
    (define (heading store id)
      (found store id (%flow-history store id 'program)))

    ;; What was recorded since it had so many records.
    (define (recorded-since store id length)
      (found store id (%flow-history store id length)))

    ;; Its row alone.
    (define (glance store id)
      (found store id (%flow-history store id 'row)))

    (define (found store id known)
      (or known
          (refuse "there is no flow " id " in " (%flow-store-url store))))

    (define (row-of history) (car history))
    (define (row-id row) (vector-ref row 0))
    (define (row-name row) (vector-ref row 1))
    (define (row-status row) (vector-ref row 2))
    (define (row-waiting row) (vector-ref row 3))
    (define (row-owned? row) (vector-ref row 6))
    (define (row-wake row) (vector-ref row 7))     ; milliseconds, or 0
    (define (row-attempts row) (vector-ref row 8)) ; claims since its last record
    (define (row-owner row) (vector-ref row 12))   ; a text, or #f
    (define (row-queue row) (vector-ref row 13))   ; a symbol, or #f
    (define (row-length row) (vector-ref row 9))   ; of its history, with what was left behind
    (define (row-first row) (vector-ref row 10))    ; the number of its oldest record
    (define (row-updated row) (vector-ref row 14))  ; when it was let go last, milliseconds
    (define (row-created row) (vector-ref row 15))  ; milliseconds
    (define (row-note row) (vector-ref row 4))
    (define (row-epoch row) (vector-ref row 11))   ; grows with each owner

    (define (record-event r) (vector-ref r 0))
    (define (record-strand r) (vector-ref r 1))
    (define (record-ordinal r) (vector-ref r 2))
    (define (record-name r) (vector-ref r 3))
    (define (record-value r) (vector-ref r 5))
    (define (record-at r) (vector-ref r 6))        ; milliseconds

    (define (flow-error? raised)
      (and (condition? raised) (eq? (condition-kind raised) 'flow-error)))

    (define (closed? status) (memq status '(finished failed cancelled)))

    (define (same-place? a b)
      (and (= (record-ordinal a) (record-ordinal b))
           (string=? (record-strand a) (record-strand b))))

    ;; The records of waits without an answer, oldest first.
    (define (open-waits records) (opened '(suspended doubted) records))

    ;; Waits of all kinds.
    (define (all-waits records) (opened '(suspended doubted awaits sleeping) records))

    (define (opened kinds records)
      (let loop ((rest records) (open '()))
        (cond ((null? rest) (reverse open))
              ((memq (record-event (car rest)) kinds)
               (loop (cdr rest) (cons (car rest) open)))
              ((memq (record-event (car rest))
                     '(resumed withdrawn received woke step-intent step-result step-failed))
               (loop (cdr rest) (without (car rest) open)))
              (else (loop (cdr rest) open)))))

    (define (without place list)
      (cond ((null? list) '())
            ((same-place? (car list) place) (cdr list))
            (else (cons (car list) (without place (cdr list))))))

    ;; The names of the branches that a strand stands in, as their forks
    ;; recorded them.
    (define (branch-names records strand)
      (let loop ((rest records) (names '()))
        (if (null? rest)
            names
            (let ((r (car rest)))
              (loop (cdr rest)
                    (if (eq? (record-event r) 'branches)
                        (append (names-in-fork r strand) names)
                        names))))))

    (define (names-in-fork r strand)
      (let name ((i (car (record-value r))) (names (list-ref (record-value r) 2)))
        (if (null? names)
            '()
            (let ((path (string-append (record-strand r) "." (number->string i))))
              (if (or (string=? strand path)
                      (starts-with? strand (string-append path ".")))
                  (list (car names))
                  (name (+ i 1) (cdr names)))))))

    (define (starts-with? text prefix)
      (let ((n (string-length prefix)))
        (and (<= n (string-length text))
             (string=? (string-copy text 0 n) prefix))))

    (define (last-of list)
      (if (null? (cdr list)) (car list) (last-of (cdr list))))

    (define (as-id id)
      (cond ((symbol? id) id)
            ((string? id) (string->symbol id))
            (else (refuse "the id of a flow is a symbol or a string, got " (written id)))))

    (define (waits-named tag waits records)
      (let loop ((rest waits) (by-tag '()) (by-branch '()))
        (cond ((null? rest)
               (reverse (if (pair? by-tag) by-tag by-branch)))
              ((eq? (record-name (car rest)) tag)
               (loop (cdr rest) (cons (car rest) by-tag) by-branch))
              ((memq tag (branch-names records (record-strand (car rest))))
               (loop (cdr rest) by-tag (cons (car rest) by-branch)))
              (else (loop (cdr rest) by-tag by-branch)))))

    (define (names-of waits records)
      (let loop ((rest waits) (text ""))
        (if (null? rest)
            text
            (let* ((branches (branch-names records (record-strand (car rest))))
                   (name (symbol->string (record-name (car rest))))
                   (shown (if (pair? branches)
                              (string-append name " (branch "
                                             (symbol->string (car branches)) ")")
                              name)))
              (loop (cdr rest)
                    (if (string=? text "") shown (string-append text ", " shown)))))))))

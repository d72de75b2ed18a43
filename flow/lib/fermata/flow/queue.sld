;; Queues: how many flows may be under way at once, and how often one may begin.
;; flow/start puts a flow into one; the worker (flow/work) lets it begin.
(define-library (fermata flow queue)
  (export flow-queue! flow-queues check-backlog admit-queued next-admission)
  (import (scheme base)
          (fermata flow builtins) (fermata flow items) (fermata flow looks)
          (fermata flow run) (fermata flow arguments) (fermata flow options) (fermata flow history))
  (begin

    ;;> (flow-queue! name option value ...)
    ;;> Keeps the rules of a queue in the store. Options: limit (how many of its flows
    ;;> may be open at once), per-key (the same for the flows of one key), rate (a
    ;;> list of a number and seconds: so many may begin in that time), max-wait (seconds:
    ;;> while a flow waits longer than that, flow/start raises a condition of the kind
    ;;> flow-overloaded instead of putting another behind it). Without rules
    ;;> whatever is queued begins. A flow of a higher priority begins first; then
    ;;> keys take turns, whoever has the fewest open flows first; then the oldest.
    (define (flow-queue! name . options)
      (check-name "flow-queue!" "name" name)
      (let* ((get (lambda (option)
                    (get-option "flow-queue!" options rule-options option #f)))
             (rate (get 'rate)))
        (let ((rule (vector name (or (get 'limit) 0) (or (get 'per-key) 0)
                            (if rate (car rate) 0)
                            (if rate (exact (ceiling (* 1000 (cadr rate)))) 0)
                            (let ((most (get 'max-wait)))
                              (if most (exact (ceiling (* 1000 most))) 0))))
              (store (current-store)))
          (let put ()
            (let ((known (assq name (known-rules store))))
              (if (not (%item-put! store 'queue name (if known (cadr known) 0) 0 rule))
                  (put)))))))

    (define rule-options
      (list (list 'limit "an exact integer above 0, or #f" (or-false count?))
            (list 'per-key "an exact integer above 0, or #f" (or-false count?))
            (list 'max-wait "a number of seconds above 0, or #f"
                  (or-false (lambda (obj) (and (seconds? obj) (> obj 0)))))
            (list 'rate "a list of a number and seconds, or #f"
                  (or-false (lambda (obj)
                              (and (list? obj) (= (length obj) 2) (count? (car obj))
                                   (seconds? (cadr obj)) (> (cadr obj) 0)))))))

    ;; (name version rule) ...
    (define (known-rules store)
      (map (lambda (item)
             (list (vector-ref item 0) (vector-ref item 1) (vector-ref item 3)))
           (%items store 'queue 0)))

    ;;> (flow-queues)
    ;;> The queues that have rules, each as (name limit per-key rate max-wait), with #f
    ;;> for what is not limited.
    (define (flow-queues)
      (map (lambda (known)
             (let* ((rule (list-ref known 2))
                    (number (lambda (i) (let ((n (vector-ref rule i))) (and (> n 0) n)))))
               (list (car known) (number 1) (number 2)
                     (and (number 3) (list (number 3) (/ (vector-ref rule 4) 1000)))
                     (let ((most (max-wait rule))) (and (> most 0) (/ most 1000))))))
           (known-rules (current-store))))

    ;; Milliseconds, or 0; rules of earlier versions have none.
    (define (max-wait rule) (if (> (vector-length rule) 5) (vector-ref rule 5) 0))

    ;; Raises an error when flows wait so long in that queue that it takes in no more.
    (define (check-backlog store queue)
      (let* ((known (assq queue (known-rules store)))
             (most (if known (max-wait (list-ref known 2)) 0)))
        (if (> most 0)
            (for-each
             (lambda (backlog)
               (let ((waited (vector-ref backlog 2)))
                 (if (and (eq? (vector-ref backlog 0) queue) (> waited most))
                     (refuse-kind 'flow-overloaded "the queue " queue " takes in no more: "
                                  (vector-ref backlog 1) " flows wait in it, the oldest for "
                                  (quotient waited 1000) " s"))))
             (%flow-queues-waiting store)))))

    (define (rules-of store names)
      (let ((known (known-rules store)))
        (map (lambda (name)
               (cond ((assq name known) => (lambda (entry) (list-ref entry 2)))
                     (else (vector name 0 0 0 0))))
             names)))

    ;; The names of the queues that flows wait in and that are wanted; wanted: a list of
    ;; names, or #f for all.
    (define (queues-waiting store wanted)
      (let loop ((rest (%flow-queues-waiting store)))
        (cond ((null? rest) '())
              ((or (not wanted) (memq (vector-ref (car rest) 0) wanted))
               (cons (vector-ref (car rest) 0) (loop (cdr rest))))
              (else (loop (cdr rest))))))

    ;; The ids of flows that begin now.
    (define (admit-queued store wanted)
      (apply append (map (lambda (rule) (%flow-admit! store rule))
                         (rules-of store (queues-waiting store wanted)))))

    ;; The milliseconds at which a rate lets another begin, or 0.
    (define (next-admission store wanted)
      (let loop ((rules (rules-of store (queues-waiting store wanted))) (next 0))
        (if (null? rules)
            next
            (let ((at (%flow-next-admission store (car rules))))
              (loop (cdr rules)
                    (if (and (> at 0) (or (= next 0) (< at next))) at next))))))))

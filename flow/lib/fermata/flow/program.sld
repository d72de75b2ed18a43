;; Programs made again from the store, so that a flow goes on with what it
;; started with.
(define-library (fermata flow program)
  (export current-program current-program? rebuilt-program fresh-program
          program-to-look-at
          load-definitions not-while-rebuilding)
  (import (scheme base)
          (only (fermata builtins) %load-next %compile %loader-environment)
          (only (fermata eval) %expand %import-for-prompt)
          (fermata table)
          (fermata flow sources) (fermata flow guards) (fermata flow looks) (fermata flow nodes)
          (only (fermata flow run) current-place place-of-task)
          (only (fermata sched) task-current task-cancel task-yield))
  (begin

    ;; The text of the program that runs here, or #f at the prompt.
    (define (current-program) (%flow-current-program))
    (define (current-program? hash) (%flow-current-program? hash))

    ;; Programs made again so far, by content hash and what they were given.
    (define rebuilt (make-equal-hash-table))

    ;; A procedure that gives the flow of a name in that program. definitions:
    ;; what the world gave to it, ((position (name . value) ...) ...).
    (define (rebuilt-program hash definitions text-of)
      (remembered rebuilt (cons hash definitions) text-of
                  (lambda (text) (rebuild text definitions))))

    ;; The same, compiled so that its frames tell their variables.
    (define (program-to-look-at hash definitions text-of)
      (remembered to-look-at (cons hash definitions) text-of
                  (lambda (text)
                    (let ((before 0))
                      (dynamic-wind
                       (lambda () (set! before (%flow-keep-locals! 2)))
                       (lambda () (rebuild text definitions))
                       (lambda () (%flow-keep-locals! before)))))))

    (define to-look-at (make-equal-hash-table))

    ;; While the text is fetched another task may have made it.
    (define (remembered table key text-of make)
      (or (hash-table-ref/default table key #f)
          (let ((text (text-of)))
            (or (hash-table-ref/default table key #f)
                (let ((finder (make text)))
                  (hash-table-set! table key finder)
                  finder)))))

    ;; The same, made again each time.
    (define (fresh-program text definitions) (rebuild text definitions))

    (define (rebuild text definitions)
      (let ((saved #f))
        (with-flows
         (lambda ()
           (dynamic-wind
            (lambda ()
              (%flow-watch! 1)
              (set! saved (%flow-enter-program! text)))
            (lambda ()
              (for-each-definition
               (program-loader)
               (lambda (position tree)
                 (let ((given (assv position definitions)))
                   (if given
                       (%flow-restore-definitions! tree (cdr given))
                       (define-again tree))))))
            (lambda ()
              (%flow-watch! -1)
              (%flow-leave-program! saved)))))))

    (define (program-loader)
      (let ((loader (%flow-program-loader)))
        (if (%flow-typed-program?) (%import-for-prompt (%loader-environment loader)))
        loader))

    ;; The definitions of a program that is evaluated for the first time.
    (define (load-definitions loader)
      (for-each-definition
       loader
       (lambda (position tree)
         (guard (raised ((eq? raised left-out) #f))
           (parameterize ((rebuilding (task-current)))
             ((%compile (list tree))))))))

    (define (for-each-definition loader use)
      (let loop ((position 0))
        (let ((next (%load-next loader position)))
          (if next
              (let ((tree (%flow-definitions
                           (%expand (car next) (lambda () #t) '()))))
                (if tree (use position tree))
                (loop (cdr next)))))))

    ;; ---- definitions that act

    (define rebuilding (make-parameter #f))  ; #f or the task that does it
    (define left-out (list 'left-out))

    ;; (define answer (flow/start f 1)) acts, although it is a definition, and
    ;; (define now (current-second)) would differ: they are left out, and their
    ;; variables stay unbound.
    (define (define-again tree)
      (let ((touches (%flow-touches))
            (state (place-of-task 'rebuilding #f 0 "" 0 'definition #f #f #f)))
        (guard (raised ((or (eq? raised left-out) (vector-ref state 1)) #f))
          (parameterize ((rebuilding (task-current)) (current-place state))
            ((%compile (list tree)))))
        (if (not (= touches (%flow-touches)))
            (%flow-undefine! tree))))

    ;; A task that such a definition spawned ends without a word.
    (define (not-while-rebuilding)
      (let ((task (rebuilding)))
        (cond ((not task) #f)
              ((eq? task (task-current)) (raise left-out))
              (else
               (task-cancel (task-current) 'left-out)
               (task-yield)))))))

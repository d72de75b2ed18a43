;; Programs made again from the store, so that a flow goes on with what it
;; started with.
(define-library (fermata flow program)
  (export current-program current-program? rebuilt-program known-program
          load-definitions not-while-rebuilding)
  (import (scheme base)
          (only (fermata builtins) %load-next %expand %compile)
          (fermata flow sources) (fermata flow nodes))
  (begin

    ;; The text of the program that runs here, or #f at the prompt.
    (define (current-program) (%flow-current-program))
    (define (current-program? hash) (%flow-current-program? hash))

    ;; Programs made again so far, by content hash.
    (define rebuilt '())

    ;; A procedure that gives the flow of a name in that program.
    (define (rebuilt-program hash text)
      (let ((known (assoc hash rebuilt)))
        (if known
            (cdr known)
            (let ((finder (rebuild text)))
              (set! rebuilt (cons (cons hash finder) rebuilt))
              finder))))

    (define (rebuild text)
      (let ((saved #f))
        (with-flows
         (lambda ()
           (dynamic-wind
            (lambda () (set! saved (%flow-enter-program! text)))
            (lambda () (load-definitions (%flow-program-loader)))
            (lambda () (%flow-leave-program! saved)))))))

    (define (load-definitions loader)
      (let loop ((position 0))
        (let ((next (%load-next loader position)))
          (if next
              (let ((tree (%flow-definitions
                           (%expand (car next) (lambda () #t) '()))))
                (if tree (define-now (%compile (list tree))))
                (loop (cdr next)))))))

    ;; ---- definitions that start flows

    (define rebuilding (make-parameter #f))
    (define left-out (list 'left-out))

    ;; (define answer (flow/start f 1)) acts, although it is a definition: it is
    ;; left out, and its variable stays unbound.
    (define (define-now thunk)
      (guard (raised ((eq? raised left-out) #f))
        (parameterize ((rebuilding #t)) (thunk))))

    (define (not-while-rebuilding)
      (if (rebuilding) (raise left-out)))

    (define (known-program hash)
      (let ((known (assoc hash rebuilt)))
        (and known (cdr known))))))

;; Programs made again from the store, so that a flow goes on with what it started with.
(define-library (fermata flow program)
  (export current-program current-program? rebuilt-program)
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
      (let ((expansion (%load-next loader)))
        (if expansion
            (let ((tree (%flow-definitions
                         (%expand expansion (lambda () #t) '()))))
              (if tree ((%compile (list tree))))
              (load-definitions loader)))))))

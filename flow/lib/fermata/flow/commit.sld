;; Commits: what flows recorded becomes safe, for several of them at once.
;;
;; A flow that is alone commits at once. When several run here, each hands its
;; records in and waits; a task that begins behind all those that can run makes
;; one transaction of what was handed in, so one sync of the disk serves all.
(define-library (fermata flow commit)
  (export create-flow! commit! settle-flow! begin-running! end-running!)
  (import (scheme base)
          (only (fermata builtins) condition?)
          (fermata flow builtins) (fermata flow journals) (fermata flow asking)
          (fermata flow guards) (fermata flow run)
          (fermata sched))
  (begin

    (define running 0)         ; flows that run here
    (define handed-in '())     ; (entry . resume), the last first
    (define to-be-made '())    ; ((store . arguments) . resume)
    (define committer #f)      ; whether a task will commit them

    (define (begin-running!)
      (%flow-watch! 1)
      (set! running (+ running 1)))

    (define (end-running!)
      (%flow-watch! -1)
      (set! running (- running 1)))

    ;; Makes what was recorded safe; whether there is mail.
    (define (commit! run)
      (let ((journal (run-journal run)))
        (if (and (waits? journal) (%flow-pending? journal))
            (hand-in! run (vector journal #f "" 0))
            (%flow-commit! journal))))

    ;; The last commit of a flow that waits or is over.
    (define (settle-flow! run status waiting wake)
      (let ((journal (run-journal run)))
        (if (waits? journal)
            (hand-in! run (vector journal status waiting wake))
            (%flow-settle! journal status waiting wake))))

    ;; Whether others run that can have their turn meanwhile.
    (define (waits? journal)
      (or (> running 1) (%flow-remote? (%flow-store-of journal))))

    ;; Makes a flow, see %flow-create.
    (define (create-flow! store arguments)
      (if (= running 0)
          (%flow-create store arguments)
          (wait-for-commit (current-scheduler)
                           (lambda (resume)
                             (set! to-be-made
                                   (cons (cons (cons store arguments) resume)
                                         to-be-made))))))

    (define (hand-in! run entry)
      (wait-for-commit (run-outer run)
                       (lambda (resume)
                         (set! handed-in (cons (cons entry resume) handed-in)))))

    (define (wait-for-commit scheduler put!)
      (let ((outcome
             (task-suspend
              (lambda (resume)
                (put! resume)
                (if (not committer)
                    (begin
                      (set! committer #t)
                      (task-spawn scheduler commit-soon 'name 'flow-commit))))
              'commit)))
        (if (condition? outcome) (raise outcome) outcome)))

    ;; Whoever can run now has its turn first, and may hand in more.
    (define (commit-soon)
      (task-yield)
      (let ((entries (reverse handed-in)) (new (reverse to-be-made)))
        (set! handed-in '())
        (set! to-be-made '())
        (set! committer #f)
        (by-store new caar
                  (lambda (store same) (%flow-create-all store (map cdar same))))
        (by-store entries store-of
                  (lambda (store same) (%flow-commit-all! (map car same))))))

    ;; Calls write with the entries of each store, and resumes them with its results.
    (define (by-store entries store-of write)
      (if (pair? entries)
          (let* ((store (store-of (car entries)))
                 (same (filter-entries entries (lambda (e) (eqv? (store-of e) store))))
                 (rest (filter-entries entries
                                       (lambda (e) (not (eqv? (store-of e) store)))))
                 (results
                  (guard (raised (#t (map (lambda (e) raised) same)))
                    (write store same))))
            (for-each (lambda (e result) ((cdr e) result)) same results)
            (by-store rest store-of write))))

    ;; #f for a journal that was closed meanwhile.
    (define (store-of entry)
      (guard (raised (#t #f))
        (%flow-store-of (vector-ref (car entry) 0))))

    (define (filter-entries entries keep?)
      (cond ((null? entries) '())
            ((keep? (car entries))
             (cons (car entries) (filter-entries (cdr entries) keep?)))
            (else (filter-entries (cdr entries) keep?))))))

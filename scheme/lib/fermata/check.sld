;; Checking a program without running it: every form is expanded and compiled, and what can
;; hardly be meant is told (scheme/warnings.cpp).
;;
;; Carried libraries are loaded as always.  Of the program's own, nothing is run but
;; definitions of procedures, which have no effect and may be needed by transformers.
(define-library (fermata check)
  (export %check)
  (import (fermata builtins)
          (fermata control)
          (only (fermata list) for-each))
  (begin

    ;; What was found, three lists of conditions: errors, warnings, and with costs? where
    ;; a closure or a box is made.
    (define (%check loader costs?)
      (let ((errors '()) (warnings '()) (costs '()))

        (define (warn! trees environment complete)
          (set! warnings
                (append (%warnings trees environment complete) warnings))
          (if costs? (set! costs (append (%costs trees) costs))))

        ;; The thunk's value, or #f after an error, which is noted.
        (define (attempt thunk)
          (call-with-escape-continuation
           (lambda (leave)
             (with-exception-handler
              (lambda (obj)
                (set! errors (cons obj errors))
                (leave #f))
              thunk))))

        (define (run-procedures trees)
          (let ((definitions (%procedure-definitions trees)))
            (if (pair? definitions) ((%compile definitions)))))

        ;; The tree of an expansion; `before` is called before a transformer runs.
        (define (expand expansion before chain)
          (let ((step (%expand-some expansion)))
            (cond ((not step) (expand expansion before chain))
                  ((vector? step)
                   (check-libraries (vector-ref step 0) chain)
                   (expand expansion before chain))
                  ((pair? (cdr step))
                   (transform expansion (car step) (cdr step) before chain))
                  ((procedure? (car step))
                   (transform expansion (car step) '() before chain))
                  (else (car step)))))

        (define (transform expansion procedure arguments before chain)
          (before)
          (let ((result (apply procedure arguments)))
            (expand (%expand-supply expansion result) before chain)))

        (define (check-libraries names chain)
          (if (pair? names)
              (begin
                (check-library (car names) chain)
                (check-libraries (cdr names) chain))))

        (define (check-library name chain)
          (let ((work (%library-begin name chain)))
            (if work
                (begin
                  (check-libraries (%library-needs work) (cons name chain))
                  (let ((body (%library-image work)))
                    (if body
                        (begin (body) (%library-finish! work))
                        (check-body work (cons name chain))))))))

        (define (check-body work chain)
          (%library-bind! work)
          (let ((trees (collect
                        (lambda (position)
                          (let ((next (%library-next! work)))
                            (and next (cons next position))))
                        chain)))
            (%library-check work)
            (%compile trees)
            (run-procedures trees)
            (warn! trees (%library-environment work) #t)
            (%library-finish! work)))

        ;; All trees, the last one first; (next position) gives an expansion and the
        ;; position after it, or #f.
        (define (collect next chain)
          (let ((trees '()))
            (define (before) (run-procedures trees))
            (let loop ((position 0))
              (let ((form (next position)))
                (if form
                    (let ((tree (expand (car form) before chain)))
                      (if tree (set! trees (cons tree trees)))
                      (loop (cdr form)))
                    trees)))))

        ;; The program: an error in one form does not keep the others from being looked at.
        (define (check-program)
          (let ((trees '()))
            (define (before) (run-procedures trees))
            (define (check-form form)
              (let ((tree (expand (car form) before '())))
                (if tree
                    (begin
                      (%compile (list tree))
                      (set! trees (cons tree trees))))
                #t))
            (let loop ((position 0))
              (let ((form (attempt (lambda () (%load-next loader position)))))
                (if (and form (or (attempt (lambda () (check-form form)))
                                  (not (lost-import?))))
                    (loop (cdr form)))))
            (warn! trees (%loader-environment loader) (null? errors))))

        ;; Without what it imports, nothing else in a program means anything.
        (define (lost-import?)
          (and (pair? errors)
               (condition? (car errors))
               (eq? (condition-kind (car errors)) 'library-error)))

        (check-program)
        (for-each (lambda (name) (attempt (lambda () (check-library name '()))))
                  (%declared-libraries loader))
        (list errors warnings costs)))))

;; How (fermata go select) turns the clauses of select into code: procedures from forms to
;; forms, called while expanding. The words recv, send, after and default are known by their
;; names, whatever else they may mean in the program.
(define-library (fermata go select-compiler)
  (export compile-select)
  (import (scheme base) (only (fermata builtins) %strip-syntax))
  (begin

    (define (wrong clause)
      (error "select: a clause must begin with (recv chan [variable [ok]]), (send chan value), (after seconds) or default, not"
             (%strip-syntax clause)))

    (define (word form) (%strip-syntax form))

    ;; What a clause waits for: recv, send, after or default.
    (define (kind-of clause)
      (if (not (and (pair? clause) (list? clause))) (wrong clause))
      (let ((head (car clause)))
        (cond ((eq? (word head) 'default) 'default)
              ((and (pair? head) (list? head))
               (let ((kind (word (car head))) (size (length head)))
                 (if (or (and (eq? kind 'recv) (<= 2 size 4))
                         (and (eq? kind 'send) (= size 3))
                         (and (eq? kind 'after) (= size 2)))
                     kind
                     (wrong clause))))
              (else (wrong clause)))))

    ;;> (compile-select clauses rename)
    ;;> The form of a select: all expressions once, in order; then the choice; then the
    ;;> body of one clause.
    (define (compile-select clauses rename)
      (define (fresh letter i)
        (rename (string->symbol (string-append "%" letter (number->string i)))))
      (define cases (rename '%cases))
      (define chosen (rename '%chosen))
      (define (body forms)
        (if (null? forms)
            (list (rename 'if) #f #f)
            (cons* (rename 'let) '() forms)))
      (define (cons* a b rest) (cons a (cons b rest)))
      ;; Bindings that evaluate what stands in the head, and what goes into the vector.
      (define (bindings-of kind head i)
        (let ((c (fresh "c" i)) (x (fresh "x" i)))
          (case kind
            ((recv) (values (list (list c (cadr head))) (list #t c)))
            ((send) (values (list (list c (cadr head)) (list x (car (cddr head)))) (list c x)))
            (else (values (list (list c (list (rename 'time-after) (cadr head))))
                          (list (list (rename 'quote) '()) c))))))
      (define (branch-of kind clause)
        (let ((head (car clause)) (forms (cdr clause)))
          (if (and (eq? kind 'recv) (pair? (cddr head)))
              (cons* (rename 'let)
                     (cons (list (car (cddr head)) (list (rename 'received) cases))
                           (if (pair? (cdr (cddr head)))
                               (list (list (cadr (cddr head)) (list (rename 'received-ok?) cases)))
                               '()))
                     (if (null? forms) (list #f) (list (body forms))))
              (body forms))))
      (let loop ((rest clauses) (i 0) (bindings '()) (slots '()) (branches '()) (default #f))
        (cond
         ((null? rest)
          (list (rename 'let*)
                (append (reverse bindings)
                        (list (list cases (cons* (rename 'vector) #f (reverse slots)))
                              (list chosen (list (rename 'choose!) cases (not default)))))
                (cons (rename 'cond)
                      (append (reverse branches)
                              (list (list (rename 'else) (or default #f)))))))
         ((eq? (kind-of (car rest)) 'default)
          (if default (error "select: default stands twice"))
          (loop (cdr rest) i bindings slots branches (body (cdr (car rest)))))
         (else
          (let ((kind (kind-of (car rest))))
            (let-values (((new slot) (bindings-of kind (car (car rest)) i)))
              (loop (cdr rest) (+ i 1)
                    (append (reverse new) bindings)
                    (append (reverse slot) slots)
                    (cons (list (list (rename 'eq?) chosen i) (branch-of kind (car rest)))
                          branches)
                    default)))))))))

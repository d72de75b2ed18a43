;; Macros by procedures: explicit and implicit renaming, both hygienic.
;;
;; The transformer runs while the program is expanded. It can call what the program has
;; defined or imported above; local variables it does not see.
(define-library (fermata macro)
  (export er-macro-transformer ir-macro-transformer identifier? strip-syntax)
  (import (scheme base) (fermata table)
          (only (fermata builtins) er-macro-transformer string->uninterned-symbol
                %strip-syntax))
  (begin
    ;;> (identifier? obj)
    ;;> Whether obj is a symbol or what a macro made of one.
    (define (identifier? obj) (symbol? (%strip-syntax obj)))

    ;;> (strip-syntax form)
    ;;> The form as a datum: identifiers that macros made are symbols again.
    (define (strip-syntax form) (%strip-syntax form))

    ;;> (ir-macro-transformer procedure)
    ;;> A transformer that calls (procedure form inject compare) while expanding. What
    ;;> the procedure adds means what it means where the macro is defined; (inject
    ;;> symbol) means what it means at the use; (compare a b) tells whether two
    ;;> identifiers mean the same.
    (define-syntax ir-macro-transformer
      (syntax-rules ()
        ((_ procedure) (er-macro-transformer (%renaming-implicitly procedure)))))

    ;; The procedure sees a mark in the place of every identifier of the use. In what it
    ;; gives back, marks are those identifiers again, and all other symbols are renamed.
    (define (%renaming-implicitly procedure)
      (lambda (form rename compare)
        (define marks (make-hash-table eq?))      ; identifier -> mark
        (define originals (make-hash-table eq?))  ; mark or marked pair -> what it stands for
        (define (mark! identifier)
          (or (hash-table-ref/default marks identifier #f)
              (let* ((name (symbol->string (%strip-syntax identifier)))
                     (mark (string->uninterned-symbol name)))
                (hash-table-set! marks identifier mark)
                (hash-table-set! originals mark identifier)
                mark)))
        (define (marked form)
          (cond ((identifier? form) (mark! form))
                ((pair? form)
                 (let ((copy (cons (marked (car form)) (marked (cdr form)))))
                   (hash-table-set! originals copy form)
                   copy))
                ((vector? form) (vector-map marked form))
                (else form)))
        (define (known identifier)
          (hash-table-ref/default originals identifier #f))
        (define (unmarked form)
          (cond ((identifier? form) (or (known form) (rename form)))
                ((pair? form)
                 (or (known form)  ; unchanged: it keeps its place in the source
                     (cons (unmarked (car form)) (unmarked (cdr form)))))
                ((vector? form) (vector-map unmarked form))
                (else form)))
        (unmarked
         (procedure (marked form)
                    mark!
                    (lambda (a b) (compare (unmarked a) (unmarked b)))))))))

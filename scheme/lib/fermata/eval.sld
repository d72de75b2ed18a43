;; Evaluation: forms are expanded, compiled and run one after another.
;;
;; The work is done by natives in small pieces (scheme/eval.cpp).  What stands between them
;; is here, so that a macro's transformer and a library's body are ordinary code: they may
;; wait, be captured, and be entered again.
(define-library (fermata eval)
  (export eval load environment scheme-report-environment null-environment
          %load %compile-program %load-compiled
          %call-transformer %load-library %expand %import-for-prompt)
  (import (fermata builtins))
  (begin

    ;; The tree of an expansion, or #f when the form only declared something.  before-transformer
    ;; is called before a transformer runs; chain: the libraries being loaded, innermost first.
    (define (%expand expansion before-transformer chain)
      (let ((step (%expand-some expansion)))
        (cond ((not step) (%expand expansion before-transformer chain))
              ((vector? step)
               (%load-libraries (vector-ref step 0) chain)
               (%expand expansion before-transformer chain))
              ((null? (cdr step))
               (if (procedure? (car step))
                   (%transform expansion (car step) '() before-transformer chain)
                   (car step)))
              (else
               (%transform expansion (car step) (cdr step) before-transformer chain)))))

    (define (%transform expansion procedure arguments before-transformer chain)
      (before-transformer)
      (let ((result (apply procedure arguments)))
        (%expand (%expand-supply expansion result) before-transformer chain)))

    ;; The key of the mark below; nobody else has it.
    (define %transforming (list 'transforming))

    ;; Calls the procedure of an er-macro-transformer. Its third argument compares two
    ;; identifiers; given one form, it tells whether that is a keyword. A report of an
    ;; error finds the use of the macro by the mark.
    (define (%call-transformer transformer form renaming)
      (%push-mark! %transforming renaming)
      (let ((result
             (transformer form
                          (lambda (identifier) (%rename renaming identifier))
                          (lambda (a . b)
                            (if (null? b)
                                (%keyword? renaming a)
                                (%same-identifier? renaming a (car b)))))))
        (%pop-dynamic!)
        result))

    (define (%nothing) #t)

    (define (%run expansion)
      (let ((tree (%expand expansion %nothing '())))
        (if tree
            ((%compile (list tree))))))

    ;; ---- libraries

    (define (%load-libraries names chain)
      (if (pair? names)
          (begin
            (%load-library (car names) chain)
            (%load-libraries (cdr names) chain))))

    ;; Makes a library ready to be imported: what it imports first, then its body.
    (define (%load-library name chain)
      (let ((work (%library-begin name chain)))
        (if work
            (begin
              (%load-libraries (%library-needs work) (cons name chain))
              (let ((body (%library-image work)))
                (if body
                    (begin (body) (%library-finish! work))
                    (begin
                      (%library-bind! work)
                      (%run-library work (cons name chain)))))))))

    ;; The whole body is expanded before it runs, except that a transformer sees what was
    ;; defined before it.
    (define (%run-library work chain)
      (let ((trees '()))
        (define (run)
          (if (pair? trees)
              (let ((thunk (%library-compile! work trees)))
                (set! trees '())
                (thunk))))
        (let loop ()
          (let ((expansion (%library-next! work)))
            (if expansion
                (let ((tree (%expand expansion run chain)))
                  (if tree (set! trees (cons tree trees)))
                  (loop)))))
        (%library-check work)
        (run)
        (%library-finish! work)))

    ;; ---- programs

    ;; What the prompt's environment begins with.
    (define %prompt-imports
      '((scheme base) (scheme case-lambda) (scheme char) (scheme complex)
        (scheme cxr) (scheme eval) (scheme file) (scheme inexact)
        (scheme lazy) (scheme load) (scheme process-context) (scheme read)
        (scheme repl) (scheme time) (scheme write)))

    (define (%prepare environment)
      (if (%needs-imports? environment) (%import-for-prompt environment)))
    (define (%import-for-prompt environment)
      (%run (%expand-begin (%import-form %prompt-imports) environment)))

    ;; Evaluates what is left of a text; the value of its last form.
    (define (%load loader)
      (%prepare (%loader-environment loader))
      (let loop ((position 0) (value (if #f #f)))
        (let ((next (%load-next loader position)))
          (if next
              (loop (cdr next) (%run (car next)))
              value))))

    ;; ---- compiled programs (scheme/compiled.hpp)

    ;; The program's forms, expanded one after another and not run, as a bytevector. A
    ;; transformer sees the procedures defined before it.
    (define (%compile-program loader)
      (let ((trees '()))
        (define (before)
          (let ((definitions (%procedure-definitions trees)))
            (if (pair? definitions) ((%compile definitions)))))
        (define (row position folds-case form)
          (let* ((declared (%declarations))
                 (tree (%expand form before '())))
            (if tree (begin (%compile (list tree)) (set! trees (cons tree trees))))
            (%compiled-row loader position folds-case
                           (and (eq? declared (%declarations)) tree))))
        (let loop ((position 0) (rows '()))
          (let* ((folds-case (%loader-folds-case? loader))
                 (next (%load-next loader position)))
            (if next
                (loop (cdr next)
                      (cons (row position folds-case (car next)) rows))
                (%write-compiled loader rows))))))

    ;; Runs a compiled program's forms; the value of its last one.
    (define (%load-compiled program)
      (%prepare (%compiled-environment program))
      (let loop ((number 0) (value (if #f #f)))
        (let ((form (%compiled-next program number)))
          (if form
              (loop (+ number 1) (if (procedure? form) (form) (%run form)))
              value))))

    ;;> (load filename [environment])
    ;;> Evaluates the forms in that file, in the interaction environment by default. R7RS 6.14.
    (define (load filename 1 . rest)
      (let ((environment (%environment-of 'load rest)))
        (if (not (string? filename))
            (%wrong-type 'load 1 "a string" filename))
        (%load (%file-loader filename environment))))

    (define (%environment-of who rest)
      (if (null? rest)
          (interaction-environment)
          (let ((environment (car rest)))
            (if (not (environment? environment))
                (%wrong-type who 2 "an environment" environment))
            environment)))

    ;;> (eval form [environment])
    ;;> The value of the form in that environment, the interaction environment by default.
    ;;> R7RS 6.12.
    (define (eval form 1 . rest)
      (let ((environment (%environment-of 'eval rest)))
        (%prepare environment)
        (%run (%expand-begin form environment))))

    ;;> (environment import-set ...)
    ;;> An environment with what these import sets bring in. R7RS 6.12.
    (define (environment . sets)
      (let ((environment (%make-environment)))
        (%run (%expand-begin (%import-form sets) environment))
        environment))

    (define (%check-version who version)
      (if (not (memv version '(5 7)))
          (error (string-append who ": the version must be 5 or 7") version)))

    ;;> (scheme-report-environment version)
    ;;> The names of R5RS (version 5) or of (scheme base) and (scheme r5rs) (version 7).
    (define (scheme-report-environment version)
      (%check-version "scheme-report-environment" version)
      (if (eqv? version 5)
          (environment '(scheme r5rs))
          (environment '(scheme r5rs) '(scheme base))))

    ;;> (null-environment version)
    ;;> The keywords of R5RS (version 5) or of R7RS (version 7) only.
    (define (null-environment version)
      (%check-version "null-environment" version)
      (environment
       (if (eqv? version 5)
           '(only (scheme r5rs)
                  and begin case cond define define-syntax delay do else => ... _
                  if lambda let let* let-syntax letrec letrec-syntax or
                  quasiquote quote set! syntax-rules unquote unquote-splicing)
           '(only (scheme base)
                  and begin case cond cond-expand define define-record-type
                  define-syntax define-values do else => ... _ guard if include
                  include-ci lambda let let* let*-values let-syntax let-values
                  letrec letrec* letrec-syntax or parameterize quasiquote quote
                  set! syntax-error syntax-rules unless unquote
                  unquote-splicing when))))))

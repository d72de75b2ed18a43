;; What matches nothing.
(define (%no-match who obj)
  (error (string-append who ": no pattern matches") obj))

;; The names that compiled patterns use, as this library knows them.
(define (%ref record type index) (%record-ref record type index))
(define (%is? obj type count)
  (if (not (record-type? type))
      (error "match: in ($ type pattern ...) the type must be a record type, got" type))
  (and (%record? obj type)
       (<= count (length (record-type-fields type)))))

;; How many elements an ellipsis takes of list when so many patterns follow it, or #f.
(define (%repetitions list proper? after)
  (let loop ((rest list) (n 0))
    (cond ((pair? rest) (loop (cdr rest) (+ n 1)))
          ((and proper? (not (null? rest))) #f)
          (else (and (>= n after) (- n after))))))

;;> (match expression clause ...)
;;> The body of the first clause whose pattern matches the expression's value.
(define-syntax match
  (er-macro-transformer
   (lambda (form rename compare)
     (compile-match "match" (cadr form) (cddr form) rename compare))))

;;> (match-lambda clause ...)
;;> A procedure of one argument that matches it.
(define-syntax match-lambda
  (syntax-rules ()
    ((_ clause ...) (lambda (obj) (match obj clause ...)))))

;;> (match-lambda* clause ...)
;;> A procedure that matches the list of its arguments.
(define-syntax match-lambda*
  (syntax-rules ()
    ((_ clause ...) (lambda objs (match objs clause ...)))))

;;> (match-let ((pattern expression) ...) body ...)
;;> The body with the patterns' variables, all expressions evaluated first; with a
;;> name before the bindings, a loop.
(define-syntax match-let
  (syntax-rules ()
    ((_ ((pattern expression) ...) body ...)
     (match (list expression ...) ((pattern ...) (let () body ...))))
    ((_ name ((pattern expression) ...) body ...)
     (letrec ((name (match-lambda* ((pattern ...) (let () body ...)))))
       (name expression ...)))))

;;> (match-let* ((pattern expression) ...) body ...)
;;> The same, one after another.
(define-syntax match-let*
  (syntax-rules ()
    ((_ () body ...) (let () body ...))
    ((_ ((pattern expression) . more) body ...)
     (match expression (pattern (match-let* more body ...))))))

;;> (match-define pattern expression)
;;> Defines the variables of the pattern.
(define-syntax match-define
  (er-macro-transformer
   (lambda (form rename compare)
     (let ((variables (pattern-variables (cadr form) rename compare)))
       (list (rename 'define-values) variables
             (list (rename 'match) (list-ref form 2)
                   (list (cadr form) (cons (rename 'values) variables))))))))

;; Procedures that carry tags, for SRFI 229 and SRFI 259.
;;
;; A tagged procedure is a new procedure that goes on as the one it was made of. What it
;; carries stands in a weak table, beside the bare procedure, so that tagging a tagged one
;; adds no further call.
(define-library (fermata tagged)
  (export tag-procedure procedure-tagged? procedure-tag-of)
  (import (scheme base) (fermata table))
  (begin
    ;; tagged procedure -> (bare-procedure (kind . tag) ...)
    (define %carried (make-hash-table eq? 'weak-keys))

    ;;> (tag-procedure kind tag proc)
    ;;> A new procedure that does what proc does and carries the tags of proc, but for
    ;;> kind, whatever object that is, this one.
    (define (tag-procedure kind tag proc)
      (let* ((carried (hash-table-ref/default %carried proc (list proc)))
             (bare (car carried))
             (tagged (lambda arguments (apply bare arguments))))
        (hash-table-set! %carried tagged
                         (cons bare
                               (cons (cons kind tag)
                                     (%without kind (cdr carried)))))
        tagged))

    (define (%without kind tags)
      (cond ((null? tags) '())
            ((eq? (caar tags) kind) (cdr tags))
            (else (cons (car tags) (%without kind (cdr tags))))))

    (define (%find kind obj)
      (assq kind (cdr (hash-table-ref/default %carried obj '(#f)))))

    ;;> (procedure-tagged? kind obj)
    ;;> Whether obj is a procedure that carries a tag of that kind.
    (define (procedure-tagged? kind obj)
      (and (procedure? obj) (pair? (%find kind obj))))

    ;;> (procedure-tag-of kind proc fail)
    ;;> The tag of that kind that proc carries, or (fail).
    (define (procedure-tag-of kind proc fail)
      (let ((found (%find kind proc)))
        (if found (cdr found) (fail))))))

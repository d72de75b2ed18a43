;; (fermata macro): macros by procedures with implicit renaming. Those with explicit
;; renaming are in tests/r7rs/macros.scm.
(import (scheme base) (scheme cxr) (srfi 64) (fermata macro))

(test-begin "macro-procedures")

(define-syntax ir-swap!
  (ir-macro-transformer
   (lambda (form inject compare)
     (let ((a (cadr form)) (b (caddr form)))
       `(let ((tmp ,a)) (set! ,a ,b) (set! ,b tmp))))))
(test-equal "hygienic both ways" '(2 1)
  (let ((tmp 1) (let 2)) (ir-swap! tmp let) (list tmp let)))

(define-syntax anaphoric-if
  (ir-macro-transformer
   (lambda (form inject compare)
     `(let ((,(inject 'it) ,(cadr form)))
        (if ,(inject 'it) ,(caddr form) ,(cadddr form))))))
(test-equal "an injected name" '(4 none)
  (list (anaphoric-if (assv 2 '((1 . 2) (2 . 4))) (cdr it) 'none)
        (anaphoric-if (assv 3 '((1 . 2) (2 . 4))) (cdr it) 'none)))

(define-syntax names-else?
  (ir-macro-transformer (lambda (form inject compare) (compare (cadr form) 'else))))
(test-equal "comparing" '(#t #f #f)
  (list (names-else? else) (names-else? other) (let ((else 1)) (names-else? else))))
(define-syntax same?
  (ir-macro-transformer
   (lambda (form inject compare) (compare (cadr form) (caddr form)))))
(test-equal '(#t #f) (list (same? a a) (same? a b)))

(define-syntax quoted
  (ir-macro-transformer (lambda (form inject compare) `'(a ,(cadr form) #(b ,(cadr form))))))
(test-equal "data" '(a (x . y) #(b (x . y))) (quoted (x . y)))
(test-equal "vectors in the use" '(a #(x 1) #(b #(x 1))) (quoted #(x 1)))

(define-syntax defining
  (ir-macro-transformer
   (lambda (form inject compare) `(begin (define hidden 1) (define ,(cadr form) (+ hidden 1))))))
(test-equal "defining" '(2 5)
  (let () (define hidden 5) (defining shown) (list shown hidden)))

;; A use made by another macro.
(define-syntax swap-through
  (syntax-rules () ((_ a) (let ((tmp 10)) (ir-swap! a tmp) tmp))))
(test-equal '(3 10) (let* ((tmp 3) (got (swap-through tmp))) (list got tmp)))

(define-syntax says-what
  (ir-macro-transformer
   (lambda (form inject compare)
     (list 'quote (list (identifier? (cadr form)) (identifier? 'x) (identifier? "x")
                        (symbol? (cadr form)))))))
(test-equal "identifiers are symbols" '(#t #t #f #t) (says-what name))

(define-syntax stripped
  (er-macro-transformer
   (lambda (form rename compare)
     (list (rename 'quote)
           (list (symbol? (strip-syntax (rename 'x)))
                 (identifier? (rename 'x))
                 (equal? (strip-syntax (list (rename 'x) (vector (rename 'y)))) '(x #(y))))))))
(test-equal '(#t #t #t) (stripped))

(test-end "macro-procedures")
